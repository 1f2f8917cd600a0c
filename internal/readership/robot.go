package readership

import (
	"bytes"
	"strings"
)

// marks are what programs that read for machines have in the names they give themselves: an address where they are explained, or
// what they are.
var marks = []string{"://", "bot", "Bot", "pider", "Headless", "Lighthouse", "Inspection"}

var marked = func() (out [][]byte) {
	for _, m := range marks {
		out = append(out, []byte(m))
	}
	return out
}()

// Browsers have begun with the same word for thirty years.
const mozilla, opera = "Mozilla/", "Opera/"

// Robot reports whether the program that calls itself so (a User-Agent, empty when it says nothing) reads for a machine: whatever does
// not begin as browsers do, and whatever says that it is a robot. A robot that says it is a browser counts as a reader: nothing that
// keeps no trace of readers could tell.
func Robot(agent string) bool {
	if !strings.HasPrefix(agent, mozilla) && !strings.HasPrefix(agent, opera) {
		return true
	}
	for _, m := range marks {
		if strings.Contains(agent, m) {
			return true
		}
	}
	return false
}

// RobotBytes is Robot of a name that lies in a buffer.
func RobotBytes(agent []byte) bool {
	if !bytes.HasPrefix(agent, []byte(mozilla)) && !bytes.HasPrefix(agent, []byte(opera)) {
		return true
	}
	for _, m := range marked {
		if bytes.Contains(agent, m) {
			return true
		}
	}
	return false
}
