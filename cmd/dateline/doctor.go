package main

import (
	"errors"
	"fmt"

	"dateline/internal/app"
	"dateline/internal/moment"
)

type doctorCommand struct{}

// Run shows the configuration and what each component does.
func (doctorCommand) Run(c *call) error {
	config := c.common.config()
	config.Clock = moment.System{}
	for _, line := range config.Effective() {
		fmt.Fprintf(c.out, "%-20s %s\n", line[0], line[1])
	}
	if err := config.There(); err != nil {
		return err
	}
	bad := 0
	for _, f := range app.Examine(c.ctx, config) {
		if f.Err != nil {
			bad++
			fmt.Fprintf(c.out, "NOT WELL %-12s %s\n", f.Part, oneLine(f.Err))
			continue
		}
		fmt.Fprintf(c.out, "well     %-12s %s\n", f.Part, f.Said)
	}
	if bad > 0 {
		return errors.New("not all is well")
	}
	return nil
}
