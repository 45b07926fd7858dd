// SPDX-License-Identifier: MIT
//
// HttpsURLConnection as a Java program uses it: reads "URL <TAB> PEM file" lines and
// prints one line for each, the status or the exception's text.
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public class Client {
    static final char[] PASSWORD = "changeit".toCharArray();
    static TrustManagerFactory trust;

    static PrivateKey readKey(String pem) throws Exception {
        String begin = "-----BEGIN PRIVATE KEY-----";
        int from = pem.indexOf(begin) + begin.length();
        byte[] der = Base64.getMimeDecoder().decode(
            pem.substring(from, pem.indexOf("-----END PRIVATE KEY-----")));
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (java.security.spec.InvalidKeySpecException e) {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
        }
    }

    static KeyManagerFactory readKeys(String file) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        if (!file.isEmpty()) {
            String pem = Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
            byte[] certificates = pem.substring(pem.indexOf("-----BEGIN CERTIFICATE"))
                .getBytes(StandardCharsets.ISO_8859_1);
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(certificates))
                .toArray(new Certificate[0]);
            store.setKeyEntry("client", readKey(pem), PASSWORD, chain);
        }
        keys.init(store, PASSWORD);
        return keys;
    }

    static String ask(String url, String file) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(readKeys(file).getKeyManagers(), trust.getTrustManagers(), null);
            HttpsURLConnection connection =
                (HttpsURLConnection) new URL(url).openConnection();
            connection.setSSLSocketFactory(context.getSocketFactory());
            connection.setRequestProperty("Connection", "close");
            int status = connection.getResponseCode();
            if (status < 400) {
                return "HTTP " + status;
            }
            connection.getInputStream();
            return "HTTP " + status;
        } catch (Exception e) {
            return e.toString();
        }
    }

    public static void main(String[] arguments) throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        try (FileInputStream in = new FileInputStream(arguments[0])) {
            roots.setCertificateEntry(
                "root", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(roots);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] fields = line.split("\t", 2);
            System.out.println(ask(fields[0], fields[1]).replaceAll("[\\r\\n]+", " "));
            System.out.flush();
        }
    }
}
