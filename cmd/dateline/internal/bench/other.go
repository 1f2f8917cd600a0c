//go:build !linux

package bench

import (
	"context"
	"errors"
	"io"
)

var errLinux = errors.New("the load client counts processor time and waits for sockets as Linux does, and runs there only")

// Pages says that it does not run here.
func (o Options) Pages(context.Context) error { return errLinux }

// Hall says that it does not run here.
func Hall(string, int, io.Reader, io.Writer) error { return errLinux }

// Talk says that it does not run here.
func (o Options) Talk(context.Context) error { return errLinux }

// Live says that it does not run here.
func (o Options) Live(context.Context) error { return errLinux }
