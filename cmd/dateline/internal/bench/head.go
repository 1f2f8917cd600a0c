package bench

import (
	"strings"
)

// head is a request as a browser on a desktop sends it, about 800 bytes.
func head(path, host, encoding string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\n" + strings.Join([]string{
		"Host: " + host,
		"Connection: keep-alive",
		`sec-ch-ua: "Chromium";v="142", "Not=A?Brand";v="24", "Google Chrome";v="142"`,
		"sec-ch-ua-mobile: ?0",
		`sec-ch-ua-platform: "Windows"`,
		"Upgrade-Insecure-Requests: 1",
		"User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
		"Sec-Fetch-Site: cross-site",
		"Sec-Fetch-Mode: navigate",
		"Sec-Fetch-User: ?1",
		"Sec-Fetch-Dest: document",
		"Referer: https://www.example.com/",
		"Accept-Encoding: " + encoding,
		"Accept-Language: en-GB,en;q=0.9,es;q=0.8,fr;q=0.7",
		"Priority: u=0, i",
	}, "\r\n") + "\r\n\r\n")
}
