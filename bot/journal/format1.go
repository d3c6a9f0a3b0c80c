package journal

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"go.etcd.io/bbolt"
)

// unseal1 returns the body of a row of format 1, which had a checksum of key and body in front and was
// found by its place in the file alone.
func unseal1(key string, row []byte) ([]byte, error) {
	const sum = 4
	table := crc32.MakeTable(crc32.Castagnoli)
	if len(row) < sum || binary.BigEndian.Uint32(row) != crc32.Update(crc32.Checksum([]byte(key), table), table, row[sum:]) {
		return nil, fmt.Errorf("%w: checksum of %q differs", ErrDamaged, key)
	}
	return row[sum:], nil
}

// migrate1 brings a file of format 1 to the present one, in one transaction.
func migrate1(tx *bbolt.Tx) error {
	for name, kind := range map[string]byte{bucketEntries: sealEntry, bucketPayloads: sealPayload} {
		bucket := tx.Bucket([]byte(name))
		if bucket == nil {
			return fmt.Errorf("%w: a bucket is missing", ErrDamaged)
		}
		resealed := map[string][]byte{}
		err := bucket.ForEach(func(k, row []byte) error {
			body, err := unseal1(string(k), row)
			if err == nil {
				resealed[string(k)] = seal(kind, string(k), body)
			}
			return err
		})
		if err != nil {
			return err
		}
		for key, row := range resealed {
			if err := bucket.Put([]byte(key), row); err != nil {
				return err
			}
		}
	}
	meta := tx.Bucket([]byte(bucketMeta))
	if meta == nil {
		return fmt.Errorf("%w: a bucket is missing", ErrDamaged)
	}
	return putVersion(meta)
}
