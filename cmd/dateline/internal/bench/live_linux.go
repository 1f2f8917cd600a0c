package bench

import (
	"context"
	"errors"
)

// Live measures what is live.
func (o Options) Live(ctx context.Context) error { return errors.New("soon") }
