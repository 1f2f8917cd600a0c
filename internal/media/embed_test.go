package media

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

var notice = Notice{Creator: "M. Vey & <Söhne>", Credit: "Dispatch \"Graphics\"", Source: "Dispatch", Copyright: "© 2026 Dispatch ]]>", Caption: "Гавань\nشارع <b>&amp;", Alt: "A tram at 'night'",
	UsageTerms: "Editorial only", WebStatement: "https://example.com/terms?a=1&b=2", LicensorURL: "https://example.com/license", DigitalSourceType: "http://cv.iptc.org/newscodes/digitalsourcetype/digitalArt"}

func (n Notice) metadata() Metadata {
	return Metadata{Creator: n.Creator, Credit: n.Credit, Source: n.Source, Copyright: n.Copyright, Caption: n.Caption, Alt: n.Alt,
		UsageTerms: n.UsageTerms, WebStatement: n.WebStatement, LicensorURL: n.LicensorURL, DigitalSourceType: n.DigitalSourceType}
}

// secretive is a photograph with its maker, number, place and thumbnail inside, and a clear one as PNG.
func secretive(t *testing.T) map[string][]byte {
	t.Helper()
	exif := telling(6, "SecretThumbnail")
	clear := image.NewNRGBA(image.Rect(0, 0, 420, 300))
	for x := range 420 {
		clear.Set(x, x%300, pink)
	}
	xmp := packet(`><e:SecretXMPplace>SecretXMP</e:SecretXMPplace>`)
	return map[string][]byte{
		"jpeg": withSegments(asJPEG(t, drawn(700, 400)), segment(0xe1, headEXIF+string(exif)), segment(0xe1, headXMP+xmp), segment(0xed, headPhotoshop+resource(0x0404, "", set(122, "SecretWriter"))),
			segment(0xfe, "SecretComment"), segment(0xe2, "MPF\x00Secret")),
		"png": withChunks(asPNG(t, clear), pngChunk("eXIf", exif), pngChunk("tEXt", []byte("Comment\x00SecretText")), pngChunk("iTXt", []byte(headPNGXMP+"\x00\x00\x00\x00"+xmp))),
	}
}

func TestPublicFilesKeepTheNoticeAndNothingElse(t *testing.T) {
	for name, b := range secretive(t) {
		if !bytes.Contains(b, []byte("Secret")) {
			t.Fatal("there is no secret to keep")
		}
		for rendition, f := range mustRender(t, b, Job{Notice: notice}) {
			if bytes.Contains(f.data, []byte("Secret")) || bytes.Contains(f.data, []byte("Exif")) || bytes.Contains(f.data, []byte("eXIf")) {
				t.Errorf("%s %s tells what it must not", name, rendition)
			}
			info, err := inspect(f.data)
			if err != nil || info.Metadata != notice.metadata() || info.Orientation != 1 || "image/"+name != info.ContentType && rendition != "social" {
				t.Errorf("%s %s: %v\n%+v\n%+v", name, rendition, err, info, notice)
			}
		}
	}
}

func TestIIMOfPublicFilesKeepsItsLimitsAndItsDigest(t *testing.T) {
	long := Notice{Creator: strings.Repeat("é", 40), Credit: strings.Repeat("x", 33), Copyright: strings.Repeat("界", 100), Caption: strings.Repeat("ш", 4000)}
	record, digest := readIRB(irb(long.iim()))
	if sum := md5.Sum(record); !bytes.Equal(sum[:], digest) {
		t.Fatal("the digest is not that of the record")
	}
	m := readIIM(record)
	for field, c := range map[string]struct {
		got string
		max int
	}{"creator": {m.Creator, 32}, "credit": {m.Credit, 32}, "copyright": {m.Copyright, 128}, "caption": {m.Caption, 2000}} {
		if len(c.got) > c.max || len(c.got) < c.max-3 || !utf8.ValidString(c.got) {
			t.Errorf("%s has %d bytes of %d", field, len(c.got), c.max)
		}
	}
	b, err := long.intoJPEG(asJPEG(t, drawn(8, 8)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := inspect(b); err != nil || info.Metadata.Caption != long.Caption {
		t.Fatal("the XMP is not whole:", err)
	}
}

func TestANoticeThatFillsASegmentLosesItsCaptionOnly(t *testing.T) {
	n := notice
	n.Caption = strings.Repeat("\"&<>", 5000)
	b, err := n.intoJPEG(asJPEG(t, drawn(8, 8)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := inspect(b); err != nil || info.Metadata.Credit != n.Credit || info.Metadata.Alt != n.Alt {
		t.Fatalf("%v %+v", err, info.Metadata)
	}
}

// iccProfile is the head of a colour profile with a body.
func iccProfile(space, body string) []byte {
	b := make([]byte, 132, 132+len(body))
	copy(b[16:], space)
	copy(b[36:], "acsp")
	b = append(b, body...)
	binary.BigEndian.PutUint32(b, uint32(len(b)))
	return b
}

func TestAColourProfileGoesWithItsColours(t *testing.T) {
	wide := iccProfile("RGB ", "Display P3, as phones have it")
	png := func(profile []byte) []byte {
		m := image.NewNRGBA(image.Rect(0, 0, 330, 330))
		m.Set(5, 5, pink)
		return withChunks(asPNG(t, m), pngChunk("iCCP", append([]byte("x\x00\x00"), zlibbed(profile)...)))
	}
	jpeg := func(m image.Image, profile []byte) []byte {
		return withSegments(asJPEG(t, m), segment(0xe2, headICC+"\x01\x01"+string(profile)))
	}
	grey := image.NewGray(image.Rect(0, 0, 330, 330))
	for name, c := range map[string]struct {
		file []byte
		want []byte
	}{
		"wide jpeg":        {jpeg(drawn(330, 330), wide), wide},
		"wide png":         {png(wide), wide},
		"wide webp":        {riff(vp8x(0x30, 330, 330), riffChunk("ICCP", wide), riffChunk("VP8L", vp8l(330, 330, pink))), wide},
		"sRGB":             {jpeg(drawn(330, 330), iccProfile("RGB ", "sRGB IEC61966-2.1")), nil},
		"of another model": {jpeg(grey, wide), nil},
		"grey":             {jpeg(grey, iccProfile("GRAY", "gamma")), iccProfile("GRAY", "gamma")},
		"cut":              {jpeg(drawn(330, 330), wide[:140]), nil},
		"no profile":       {jpeg(drawn(330, 330), []byte("<script>")), nil},
		"too long":         {jpeg(drawn(330, 330), iccProfile("RGB ", strings.Repeat("x", maxICC))), nil},
	} {
		info, err := inspect(mustRender(t, c.file, Job{})["w320"].data)
		if err != nil || !bytes.Equal(info.icc, c.want) {
			t.Errorf("%s: %v, %d bytes of a profile, want %d", name, err, len(info.icc), len(c.want))
		}
	}
}

func TestAnotherReaderFindsTheNoticeAndNothingElse(t *testing.T) {
	tool, err := exec.LookPath("exiftool")
	if err != nil {
		t.Skip("exiftool is not installed")
	}
	dir := t.TempDir()
	for name, b := range secretive(t) {
		made := mustRender(t, b, Job{Notice: notice})
		for _, rendition := range []string{"w320", "c320"} {
			file := filepath.Join(dir, name+rendition)
			if err := os.WriteFile(file, made[rendition].data, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.CommandContext(t.Context(), tool, "-j", "-G1", "-a", "-struct", "-all", "-validate", file).Output()
			if err != nil {
				t.Fatal(err)
			}
			var all []map[string]any
			if err := json.Unmarshal(out, &all); err != nil || len(all) != 1 {
				t.Fatal(err)
			}
			got := all[0]
			want := map[string]string{"XMP-dc:Creator": notice.Creator, "XMP-dc:Rights": notice.Copyright, "XMP-dc:Description": notice.Caption, "XMP-photoshop:Credit": notice.Credit,
				"XMP-photoshop:Source": notice.Source, "XMP-iptcCore:AltTextAccessibility": notice.Alt, "XMP-xmpRights:WebStatement": notice.WebStatement, "XMP-xmpRights:UsageTerms": notice.UsageTerms}
			if name == "jpeg" {
				want["IPTC:By-line"], want["IPTC:Credit"], want["IPTC:Source"] = notice.Creator, notice.Credit, notice.Source
				want["IPTC:CopyrightNotice"], want["IPTC:Caption-Abstract"] = notice.Copyright, notice.Caption
			}
			for key, value := range want {
				text := fmt.Sprint(got[key])
				if list, ok := got[key].([]any); ok && len(list) == 1 {
					text = fmt.Sprint(list[0])
				}
				if text != value {
					t.Errorf("%s %s %s: %q, want %q", name, rendition, key, text, value)
				}
			}
			if s := fmt.Sprint(got["XMP-plus:Licensor"]); !strings.Contains(s, notice.LicensorURL) {
				t.Errorf("%s: licensor %s", name, s)
			}
			if s := strings.ToLower(fmt.Sprint(got["XMP-iptcExt:DigitalSourceType"])); !strings.Contains(s, "digital") {
				t.Errorf("%s: digital source type %s", name, s)
			}
			for key, value := range got {
				group, _, _ := strings.Cut(key, ":")
				switch {
				case group == "GPS", group == "IFD0", group == "IFD1", group == "ExifIFD", group == "MakerNotes", strings.Contains(fmt.Sprint(value), "Secret"), strings.Contains(key, "Warning"):
					t.Errorf("%s %s: %s is %v", name, rendition, key, value)
				}
			}
		}
	}
}

func TestEmbeddingRefusesWhatIsNotOurs(t *testing.T) {
	for _, b := range [][]byte{nil, []byte("GIF89a"), []byte("\xff\xd8")} {
		if _, err := notice.intoJPEG(b, nil); err == nil {
			t.Error("no JPEG was taken")
		}
		if _, err := notice.intoPNG(b, nil); err == nil {
			t.Error("no PNG was taken")
		}
	}
}
