package main

import (
	"cmp"
	"fmt"
	"os"
	"strings"
)

// defaultData is the folder for the index and the journal unless --data names one.
func defaultData() string { return cmp.Or(os.Getenv("VERBATIM_DATA"), "verbatim-data") }

// secret returns the value of an environment variable, or of the file that the variable of the same
// name with _FILE behind it names, as container platforms hand out secrets; "" when neither is set.
func secret(name string) (string, error) {
	value, file := os.Getenv(name), os.Getenv(name+"_FILE")
	if file == "" {
		return strings.TrimSpace(value), nil
	}
	if value != "" {
		return "", usagef("both %s and %s_FILE are set: unset one of them", name, name)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", usagef("read the file that %s_FILE names: %w", name, err)
	}
	return strings.TrimSpace(string(data)), nil
}

// plural returns "1 document" or "2 documents".
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
