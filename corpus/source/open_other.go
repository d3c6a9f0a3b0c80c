//go:build !unix

package source

// nonblock is nothing where no pipe lies in a folder.
const nonblock = 0
