// SPDX-License-Identifier: MIT
//
// net/http as a Go program uses it: prints the status or the error's text.
//
//	late_client never|once ROOT URL [PEM]
//
// The first word is tls.Config's Renegotiation: never is Go's default.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
)

func main() {
	roots, err := os.ReadFile(os.Args[2])
	if err != nil {
		panic(err)
	}
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	if os.Args[1] == "once" {
		config.Renegotiation = tls.RenegotiateOnceAsClient
	}
	config.RootCAs.AppendCertsFromPEM(roots)
	if len(os.Args) > 4 {
		pair, err := tls.LoadX509KeyPair(os.Args[4], os.Args[4])
		if err != nil {
			panic(err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
	answer, err := client.Get(os.Args[3])
	if err != nil {
		fmt.Println("Error:", err)
		return
	}
	fmt.Println("HTTP", answer.StatusCode)
}
