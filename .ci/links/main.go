// Command links checks Markdown files: every relative link leads to a file or heading
// that exists, and every path in backticks that starts with a folder of this tree is
// there, unless its line says that it is planned.
package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	linkTarget = regexp.MustCompile(`\]\(([^)\s]+)(?:\s+"[^"]*")?\)|(?:src|href)="([^"]+)"`)
	heading    = regexp.MustCompile(`(?m)^#{1,6}\s+(.+?)\s*#*$`)
	fence      = regexp.MustCompile("(?ms)^[ \t]*```.*?^[ \t]*```[ \t]*$")
	code       = regexp.MustCompile("`([^`\n]+)`")
	treePath   = regexp.MustCompile(`^(\.ci|\.github|bot|cmd|corpus|deploy|index)/[\w./*-]*$`)
	planned    = regexp.MustCompile(`(?mi)^.*\bplanned\b.*$`)
	notSlug    = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: links FILE.md...")
		os.Exit(2)
	}
	checked, broken := 0, 0
	for _, name := range os.Args[1:] {
		n, faults, err := check(name)
		if err != nil {
			fmt.Fprintln(os.Stderr, "links:", err)
			os.Exit(1)
		}
		checked += n
		broken += len(faults)
		for _, fault := range faults {
			fmt.Printf("%s: %s\n", name, fault)
		}
	}
	fmt.Printf("%d links and paths in %d files, %d broken\n", checked, len(os.Args)-1, broken)
	if broken > 0 || checked == 0 {
		os.Exit(1)
	}
}

// check returns how many links and paths a Markdown file has, and those that lead nowhere.
func check(name string) (checked int, faults []string, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return 0, nil, err
	}
	text := fence.ReplaceAllString(string(data), "")
	for _, match := range linkTarget.FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
		target := match[1] + match[2]
		if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
			continue
		}
		checked++
		if fault := follow(name, target); fault != "" {
			faults = append(faults, fault)
		}
	}
	for _, match := range code.FindAllStringSubmatch(planned.ReplaceAllString(text, ""), -1) {
		path := strings.TrimSuffix(match[1], "/...")
		if !treePath.MatchString(path) {
			continue
		}
		checked++
		if found, err := filepath.Glob(path); err != nil || len(found) == 0 {
			faults = append(faults, fmt.Sprintf("`%s` is not in the tree", match[1]))
		}
	}
	return checked, faults, nil
}

// follow returns why the relative link target in the file at name leads nowhere, or "".
func follow(name, target string) string {
	path, anchor, _ := strings.Cut(target, "#")
	path, err := url.PathUnescape(path)
	if err != nil {
		return fmt.Sprintf("link %q: %v", target, err)
	}
	file := name
	if path != "" {
		file = filepath.Join(filepath.Dir(name), path)
	}
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Sprintf("link %q: no such file", target)
	}
	if anchor == "" || info.IsDir() || filepath.Ext(file) != ".md" {
		return ""
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Sprintf("link %q: %v", target, err)
	}
	for _, match := range heading.FindAllStringSubmatch(fence.ReplaceAllString(string(data), ""), -1) {
		if slug(match[1]) == strings.ToLower(anchor) {
			return ""
		}
	}
	return fmt.Sprintf("link %q: no such heading", target)
}

// slug turns a heading into the anchor that Git hosts give it.
func slug(title string) string {
	return strings.ReplaceAll(notSlug.ReplaceAllString(strings.ToLower(title), ""), " ", "-")
}
