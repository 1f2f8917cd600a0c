package wire

// GeoJSON (RFC 7946) as ninjs 2.x and 3.x ask for it in places: the nine kinds of object, each with its members, the
// coordinates as deep as the kind wants them. Foreign members are free there.

// least asks for an array of at least n values that keep r.
func least(n int, r rule) rule {
	all := list(r)
	return func(c *check, at string, v *node) {
		all(c, at, v)
		if v.kind == 'a' && len(v.values) < n {
			c.note(at, "fault.wire.value", "has too few values")
		}
	}
}

// position asks for at least two numbers.
var position = least(2, number)

var box = least(4, number)

// geometry gives the shape of an object whose coordinates keep r.
func geometry(r rule) *shape {
	return &shape{open: true, needs: []string{"type", "coordinates"}, props: map[string]rule{"type": text, "coordinates": r, "bbox": box}}
}

// flat holds the geometries that hold no others.
var flat = map[string]*shape{
	"Point":           geometry(position),
	"MultiPoint":      geometry(list(position)),
	"LineString":      geometry(least(2, position)),
	"MultiLineString": geometry(list(least(2, position))),
	"Polygon":         geometry(list(least(4, position))),
	"MultiPolygon":    geometry(list(list(least(4, position)))),
}

var collection = &shape{open: true, needs: []string{"type", "geometries"}, props: map[string]rule{
	"type": text, "geometries": list(typed(flat)), "bbox": box,
}}

var anyGeometry = with(flat, "GeometryCollection", collection)

var feature = &shape{open: true, needs: []string{"type", "properties", "geometry"}, props: map[string]rule{
	"type": text, "bbox": box,
	"id": func(c *check, at string, v *node) {
		if v.kind != 's' && v.kind != 'n' {
			c.note(at, "fault.wire.value", "must be text or a number")
		}
	},
	"properties": orNull(anyObject),
	"geometry":   orNull(typed(anyGeometry)),
}}

var featureCollection = &shape{open: true, needs: []string{"type", "features"}, props: map[string]rule{
	"type": text, "bbox": box, "features": list(typed(map[string]*shape{"Feature": feature})),
}}

// geoJSON asks for any GeoJSON object.
var geoJSON = typed(with(with(anyGeometry, "Feature", feature), "FeatureCollection", featureCollection))

func with(shapes map[string]*shape, name string, s *shape) map[string]*shape {
	out := map[string]*shape{name: s}
	for k, v := range shapes {
		out[k] = v
	}
	return out
}

func orNull(r rule) rule {
	return func(c *check, at string, v *node) {
		if v.kind != '0' {
			r(c, at, v)
		}
	}
}

// typed asks for an object whose type is one of the shapes', and which keeps that shape.
func typed(shapes map[string]*shape) rule {
	return func(c *check, at string, v *node) {
		if v.kind != 'o' {
			c.note(at, "fault.wire.value", "must be an object")
			return
		}
		name := v.of("type")
		if name == nil || name.kind != 's' {
			c.note(under(at, "type"), "fault.wire.value", "must name a type of GeoJSON")
			return
		}
		s := shapes[name.text]
		if s == nil {
			c.note(under(at, "type"), "fault.wire.value", "is no type of GeoJSON that may stand here")
			return
		}
		s.check(c, at, v)
	}
}
