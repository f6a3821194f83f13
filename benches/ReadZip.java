import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/** What a small Java program would do: ZipFile, and SAX over every XML file. A baseline. */
public class ReadZip {
    private static final String[] MARKS = {"adobelogin.com", "AdobeOrg", "auth.token.provider"};
    private static boolean hit;

    public static void main(String[] arguments) throws Exception {
        SAXParser parser = SAXParserFactory.newInstance().newSAXParser();
        DefaultHandler handler = new DefaultHandler() {
            @Override
            public void startElement(String uri, String local, String name, Attributes attributes) {
                for (int i = 0; i < attributes.getLength(); i++) {
                    look(attributes.getValue(i));
                }
            }
        };
        int found = 0;
        try (ZipFile zip = new ZipFile(arguments[0])) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                hit = false;
                if (entry.getName().endsWith(".xml")) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        parser.parse(in, handler);
                    }
                } else if (entry.getName().matches(".*\\.(json|config|cfg|properties|txt)")) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        look(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                    }
                }
                found += hit ? 1 : 0;
            }
        }
        System.out.println(found);
    }

    private static void look(String text) {
        for (String mark : MARKS) {
            hit |= text.contains(mark);
        }
    }
}
