vcl 4.1;

# Varnish in front of Dateline: dateline serve --purge http://127.0.0.1:6081 --trust-proxy 127.0.0.1
# Start it with -p http_gzip_support=off: pages come compressed, with brotli too.

import std;
import xkey;

backend default {
	.host = "127.0.0.1";
	.port = "8080";
	.probe = {
		.url = "/healthz";
		.interval = 1s;
		.initial = 8;
	}
}

acl house {
	"localhost";
}

sub vcl_recv {
	if (req.method == "PURGE") {
		if (client.ip !~ house) {
			return (synth(405, "Not allowed"));
		}
		set req.http.purged = xkey.purge(req.http.Surrogate-Key);
		return (synth(200, "Purged " + req.http.purged));
	}
	# While Dateline is down, an old page is better than none; while it is up, nobody gets one.
	if (std.healthy(req.backend_hint)) {
		set req.grace = 0s;
	}
	# Streams of events do not end.
	if (req.url ~ "^/events(\?|$)") {
		return (pipe);
	}
	if (req.url ~ "^/(newsroom|api)(/|$)") {
		return (pass);
	}
	# Two forms of each page and a plain one are enough.
	if (req.http.Accept-Encoding ~ "\bbr\b") {
		set req.http.Accept-Encoding = "br";
	} elsif (req.http.Accept-Encoding ~ "\bgzip\b") {
		set req.http.Accept-Encoding = "gzip";
	} else {
		unset req.http.Accept-Encoding;
	}
}

sub vcl_pipe {
	set bereq.http.Connection = "close"; # one stream a connection
}

sub vcl_backend_response {
	if (beresp.http.Surrogate-Key) {
		set beresp.http.xkey = beresp.http.Surrogate-Key;
	}
	set beresp.grace = 1h;
}

sub vcl_deliver {
	unset resp.http.xkey;
	unset resp.http.Surrogate-Key;
}
