package page

import "testing"

func TestTheDefaultThemePassesTheCheck(t *testing.T) {
	for _, err := range CheckTheme(nil) {
		t.Error(err)
	}
}
