package newsroom

import (
	"net/http"
	"strings"
)

// zones are time zones that the set-up form offers; any other that the machine knows can be typed.
var zones = strings.Fields(`
UTC Africa/Algiers Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos Africa/Nairobi Africa/Tunis
America/Argentina/Buenos_Aires America/Bogota America/Caracas America/Chicago America/Denver America/Guatemala America/Guayaquil America/Halifax America/Havana
America/La_Paz America/Lima America/Los_Angeles America/Mexico_City America/Montevideo America/New_York America/Panama America/Santiago America/Santo_Domingo
America/Sao_Paulo America/Toronto America/Vancouver
Asia/Almaty Asia/Baghdad Asia/Baku Asia/Bangkok Asia/Beirut Asia/Damascus Asia/Dhaka Asia/Dubai Asia/Hong_Kong Asia/Jakarta Asia/Jerusalem Asia/Karachi
Asia/Kolkata Asia/Kuwait Asia/Manila Asia/Qatar Asia/Riyadh Asia/Seoul Asia/Shanghai Asia/Singapore Asia/Tashkent Asia/Tbilisi Asia/Tehran Asia/Tokyo
Asia/Vladivostok Asia/Yekaterinburg Asia/Yerevan Atlantic/Canary Australia/Perth Australia/Sydney
Europe/Amsterdam Europe/Athens Europe/Belgrade Europe/Berlin Europe/Brussels Europe/Bucharest Europe/Chisinau Europe/Dublin Europe/Helsinki Europe/Istanbul
Europe/Kyiv Europe/Lisbon Europe/London Europe/Madrid Europe/Minsk Europe/Moscow Europe/Oslo Europe/Paris Europe/Prague Europe/Rome Europe/Sofia
Europe/Stockholm Europe/Vienna Europe/Warsaw Europe/Zurich Pacific/Auckland`)

// countries are those whose clock a browser's language can tell, since they have one, or one where most of their people live.
var countries = map[string]string{
	"AE": "Asia/Dubai", "AR": "America/Argentina/Buenos_Aires", "AT": "Europe/Vienna", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "BO": "America/La_Paz", "BY": "Europe/Minsk",
	"CH": "Europe/Zurich", "CL": "America/Santiago", "CO": "America/Bogota", "CU": "America/Havana", "CZ": "Europe/Prague", "DE": "Europe/Berlin", "DO": "America/Santo_Domingo",
	"DZ": "Africa/Algiers", "EC": "America/Guayaquil", "EG": "Africa/Cairo", "ES": "Europe/Madrid", "FI": "Europe/Helsinki", "FR": "Europe/Paris", "GB": "Europe/London",
	"GR": "Europe/Athens", "GT": "America/Guatemala", "IE": "Europe/Dublin", "IN": "Asia/Kolkata", "IQ": "Asia/Baghdad", "IT": "Europe/Rome", "JP": "Asia/Tokyo", "KR": "Asia/Seoul",
	"KW": "Asia/Kuwait", "KZ": "Asia/Almaty", "LB": "Asia/Beirut", "MA": "Africa/Casablanca", "MX": "America/Mexico_City", "NL": "Europe/Amsterdam", "NO": "Europe/Oslo",
	"NZ": "Pacific/Auckland", "PA": "America/Panama", "PE": "America/Lima", "PL": "Europe/Warsaw", "PT": "Europe/Lisbon", "QA": "Asia/Qatar", "RO": "Europe/Bucharest",
	"RS": "Europe/Belgrade", "RU": "Europe/Moscow", "SA": "Asia/Riyadh", "SE": "Europe/Stockholm", "SG": "Asia/Singapore", "SY": "Asia/Damascus", "TN": "Africa/Tunis",
	"TR": "Europe/Istanbul", "UA": "Europe/Kyiv", "UY": "America/Montevideo", "VE": "America/Caracas", "ZA": "Africa/Johannesburg",
}

// zone guesses the time zone of a browser by the country of the language it asks for first, "" when that names none.
func zone(r *http.Request) string {
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	tag, _, _ := strings.Cut(strings.TrimSpace(first), ";")
	for part := range strings.SplitSeq(tag, "-") {
		if len(part) == 2 && countries[strings.ToUpper(part)] != "" && part != tag[:2] {
			return countries[strings.ToUpper(part)]
		}
	}
	return ""
}
