//go:build unix

package app

import (
	"fmt"
	"syscall"
)

// freeBytes gives the bytes that may still be written in a folder.
func freeBytes(dir string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("disk: %w", err)
	}
	return s.Bavail * uint64(s.Bsize), nil
}

// diskOf names the disk on which a folder lies.
func diskOf(dir string) (string, error) {
	var s syscall.Stat_t
	if err := syscall.Stat(dir, &s); err != nil {
		return "", fmt.Errorf("disk: %w", err)
	}
	return fmt.Sprint(s.Dev), nil
}
