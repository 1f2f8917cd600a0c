package wire

// The three families of ninjs (IPTC, News in JSON), read off their standards: 1.x up to 1.6 has flat lower-case names
// and objects keyed by name; 2.x up to 2.2 has lists and lower-case names; 3.x up to 3.1 has lists, camelCase, events
// and planning. A later version of a family takes whatever an earlier one took, so one table a family is enough.

// Family is a family of ninjs versions that share their names and forms.
type Family int

// The families.
const (
	Ninjs1 Family = 1 + iota
	Ninjs2
	Ninjs3
)

// String gives the family as its versions are written: "1.x".
func (f Family) String() string {
	return [...]string{"unknown", "1.x", "2.x", "3.x"}[f]
}

var (
	status     = one("usable", "withheld", "canceled")
	mediaTypes = []string{"text", "audio", "video", "picture", "graphic", "composite", "component"}
	percent    = between(0, 100)
	urgency    = between(1, 9)
)

// props joins properties: those of each map, a later one winning.
func props(maps ...map[string]rule) map[string]rule {
	out := map[string]rule{}
	for _, m := range maps {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

// all gives each of the names the same rule.
func all(r rule, names ...string) map[string]rule {
	out := map[string]rule{}
	for _, n := range names {
		out[n] = r
	}
	return out
}

func object(maps ...map[string]rule) *shape { return &shape{props: props(maps...)} }

// contact gives the shape of a way to reach somebody; code is how the family calls a postal code.
func contact(code string) *shape {
	postal := object(all(text, "locality", "area", code, "country"), all(list(text), "lines"))
	s := object(all(text, "type", "role", "lang", "name", "value"), all(postal.check, "address"))
	s.also = exactly("value", "address")
	return s
}

// rights gives the shape of machine-readable rights; families 1.x and 2.x leave it open.
func rights(language, linked, encoded string, open bool) *shape {
	s := object(all(address, language, linked), all(text, encoded))
	s.also, s.open = exactly(linked, encoded), open
	return s
}

var (
	standardShape = object(all(text, "name", "version"), all(address, "schema"))
	originShape   = object(all(text, "name", "literal"), all(address, "uri"))
)

var ninjs1 = func() *shape {
	item := &shape{needs: []string{"uri"}, news: true}
	reach := all(list(contact("postalcode").check), "contactinfo")
	thing := props(all(text, "name", "rel", "code"), all(address, "scheme"))
	symbol := object(all(text, "ticker", "exchange", "symbol"), all(address, "symboltype"))
	place := object(thing, reach)
	place.patterns = []pattern{{"geometry_", anyObject}}
	rendition := object(all(address, "href"), all(text, "mimetype", "title", "format"),
		all(number, "height", "width", "sizeinbytes", "duration"))
	keyed := func(r rule) rule { return (&shape{patterns: []pattern{{"", r}}}).check }
	item.props = props(
		all(address, "uri"), all(one(mediaTypes...), "type"), all(one("complete", "incomplete"), "representationtype"),
		all(text, "mimetype", "profile", "version", "copyrightholder", "copyrightnotice", "usageterms", "ednote", "language",
			"title", "byline", "headline", "slugline", "located"),
		all(instant, "firstcreated", "versioncreated", "contentcreated", "embargoed", "expires"),
		all(status, "pubstatus"), all(number, "urgency", "charcount", "wordcount"),
		all(list(object(thing, reach).check), "person", "infosource"),
		all(list(object(thing, reach, all(list(symbol.check), "symbols")).check), "organisation"),
		all(list(place.check), "place"),
		all(list(object(thing, all(text, "creator"), all(percent, "relevance", "confidence")).check), "subject"),
		all(list(object(thing).check), "event", "object"),
		all(list(object(all(text, "name", "code"), all(address, "scheme")).check), "genre"),
		all(list(object(all(address, "scheme", "href"), all(text, "code", "title")).check), "trustindicator"),
		all(keyed(rendition.check), "renditions"), all(keyed(item.check), "associations"), all(anyObject, "altids"),
		all(standardShape.check, "$standard"), all(originShape.check, "digitalsourcetype"),
		all(rights("langid", "linkedrights", "encodedrights", true).check, "rightsinfo"),
	)
	item.patterns = []pattern{{"description_", text}, {"body_", text}, {"headline_", text}}
	return item
}()

// valued gives the shape of a text with its role.
func valued(maps ...map[string]rule) *shape {
	s := object(append(maps, all(text, "role", "value"))...)
	s.needs = []string{"value"}
	return s
}

var ninjs2 = func() *shape {
	reach := all(list(contact("postalcode").check), "contactinfo")
	symbol := object(all(text, "ticker", "exchange", "symbol"), all(address, "symboltype"))
	rendition := object(all(address, "href"), all(text, "name", "contenttype", "title", "format"),
		all(number, "height", "width", "sizeinbytes", "duration"))
	rendition.needs = []string{"name"}
	return lists(reach, symbol, rendition, "contenttype", all(number, "charcount", "wordcount"), all(geoJSON, "geojson"), func() map[string]rule {
		return props(
			all(one(mediaTypes...), "type"), all(one("full", "partial"), "representationtype"),
			all(text, "copyrightholder", "copyrightnotice", "usageterms", "ednote"),
			all(instant, "firstcreated", "versioncreated", "contentcreated", "embargoed"),
			all(status, "pubstatus"), all(number, "urgency"),
			all(list(object(all(text, "name", "role", "literal"), all(address, "uri"), reach).check), "infosources"),
			all(list(object(all(address, "role", "href"), all(text, "title")).check), "trustindicators"),
			all(list(object(all(text, "role", "value")).check), "altids"),
			all(originShape.check, "digitalsourcetype"),
			all(rights("langid", "linkedrights", "encodedrights", true).check, "rightsinfo"),
		)
	}, all(text, "name"))
}()

var ninjs3 = func() *shape {
	reach := all(list(contact("postalCode").check), "contactInfo")
	symbol := object(all(text, "exchange", "symbol"), all(address, "symbolType"))
	point := object(all(whole, "x", "y"))
	rendition := object(all(address, "href"),
		all(text, "name", "contentType", "title", "format", "aspectRatio", "videoCodec", "transportProtocol", "bitrate"),
		all(whole, "width", "height", "sizeInBytes"), all(number, "duration", "frameRate"),
		all(one("progressive", "interlaced"), "scanType"), all(point.check, "poi"))
	rendition.needs = []string{"name"}
	kinds := one(append([]string{"event", "planning"}, mediaTypes...)...)
	organiser := object(all(text, "name", "rel", "literal"), all(address, "uri"), all(list(symbol.check), "symbols"), reach)
	details := object(all(address, "eventStatus", "plannedCoverageStatus"), all(eventDates.check, "dates"), all(organiser.check, "organiser"))
	commissioned := object(all(text, "by"), all(instant, "on"), all(list(object(all(text, "name", "value")).check), "references"))
	coverage := object(all(address, "uri"), all(text, "title", "edNote", "language"), all(status, "pubStatus"), all(kinds, "type"),
		all(commissioned.check, "commissioned"), all(eventDates.check, "dates"),
		all(list(object(all(text, "audience"), all(whole, "significance")).check), "audiences"), all(list(text), "exclAudience"),
		all(urgency, "urgency"), all(object(all(whole, "rangeFrom", "rangeTo")).check, "itemCount"), all(whole, "wordCount"),
		all(list(rendition.check), "renditions"))
	return lists(reach, symbol, rendition, "contentType", all(whole, "charCount", "wordCount"), all(geoJSON, "geoJSON"), func() map[string]rule {
		return props(
			all(kinds, "type"), all(one("full", "partial"), "representationType"),
			all(text, "copyrightHolder", "copyrightNotice", "usageTerms", "edNote"),
			all(instant, "firstCreated", "versionCreated", "contentCreated", "embargoedUntil"),
			all(status, "pubStatus"), all(urgency, "urgency"),
			all(list(object(all(text, "id", "name", "rel", "literal"), all(address, "uri")).check), "events"),
			all(details.check, "eventDetails"), all(list(coverage.check), "plannedCoverage"),
			all(list(object(all(text, "name", "role", "literal"), all(address, "uri"), reach).check), "infoSources"),
			all(list(object(all(address, "role", "href"), all(text, "title")).check), "trustIndicators"),
			all(list(object(all(text, "role", "value")).check), "altIds"),
			all(originShape.check, "digitalSourceType"),
			all(rights("langId", "linkedRights", "encodedRights", false).check, "rightsInfo"),
		)
	}, all(text, "name", "rel"))
}()

// eventDates needs one start or one end, each exact or expected and not both. Its dates of recurrence cannot be given:
// the standard asks them to be a list and a text at once.
var eventDates = func() *shape {
	recurring := object(all(one("secondly", "minutely", "hourly", "daily", "weekly", "monthly", "yearly"), "frequency"),
		all(whole, "interval", "count"), all(instant, "until"))
	recurrence := object(all(list(recurring.check), "recurrenceRules"), map[string]rule{"recurrenceDates": func(c *check, at string, _ *node) {
		c.note(at, "fault.wire.value", "cannot be given in ninjs 3.1, which asks it to be a list and a text at once")
	}})
	s := object(all(instant, "startDate", "endDate"), all(truncated, "expectedStartDate", "expectedEndDate"),
		all(text, "expectedDuration"), all(recurrence.check, "recurrence"))
	s.also = func(c *check, at string, v *node) {
		starts, ends := count(v, []string{"startDate", "expectedStartDate"}), count(v, []string{"endDate", "expectedEndDate"})
		switch {
		case starts == 1 || ends == 1:
		case starts == 2:
			c.note(under(at, "expectedStartDate"), "fault.wire.value", "must not stand beside startDate: give one of them")
		case ends == 2:
			c.note(under(at, "expectedEndDate"), "fault.wire.value", "must not stand beside endDate: give one of them")
		default:
			c.note(at, "fault.wire.value", "needs startDate or expectedStartDate, or endDate or expectedEndDate")
		}
	}
	return s
}()

// lists makes the shape that families 2.x and 3.x share: more gives what only one of them has, named what an
// association has beside the properties of an item.
func lists(reach map[string]rule, symbol, rendition *shape, contentType string, counts, geo map[string]rule,
	more func() map[string]rule, named map[string]rule) *shape {
	association := &shape{needs: []string{"name", "uri"}, news: true}
	thing := props(all(text, "name", "rel", "literal"), all(address, "uri"))
	typed := all(text, contentType)
	own := props(
		all(address, "uri"), all(text, "profile", "version", "language", "title", "by", "slugline", "located"), all(instant, "expires"),
		all(list(valued(typed).check), "headlines", "descriptions"), all(list(valued(typed, counts).check), "bodies"),
		all(list(object(thing, reach).check), "people"),
		all(list(object(thing, reach, all(list(symbol.check), "symbols")).check), "organisations"),
		all(list(object(thing, reach, geo).check), "places"),
		all(list(object(thing, all(text, "creator"), all(percent, "relevance", "confidence")).check), "subjects"),
		all(list(object(thing).check), "events", "objects"),
		all(list(object(all(text, "name", "uri", "literal")).check), "genres"),
		all(list(rendition.check), "renditions"), all(list(association.check), "associations"),
		all(standardShape.check, "standard"),
		more(),
	)
	association.props = props(own, named)
	return &shape{needs: []string{"uri"}, props: own, news: true}
}
