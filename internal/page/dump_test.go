package page
import ("testing";"os")
func TestDump(t *testing.T){ r:=sampleRenderer(t); os.WriteFile("/tmp/min.css",[]byte(r.press.style),0o644)}
