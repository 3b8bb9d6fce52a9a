package cadj.models.tokenizer.repair;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// HTML's character references, `&eacute;` and `&#233;`.
public final class HtmlEntities {
  private static final Pattern REFERENCE =
      Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");
  private static final Pattern WHOLE = Pattern.compile("&#?[0-9A-Za-z]{1,24};");
  private static final Charset WINDOWS = Charset.forName("windows-1252");

  /// Names as HTML 5 lists them, most with their semicolon, some also without.
  private static final Map<String, String> NAMED = read();

  private HtmlEntities() {}

  private static Map<String, String> read() {
    Map<String, String> named = new HashMap<>();
    try (InputStream in = HtmlEntities.class.getResourceAsStream("html-entities.txt")) {
      if (in == null) {
        throw new IllegalStateException("html-entities.txt is missing from this build");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split(" ", -1);
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < parts.length; i++) {
          text.appendCodePoint(Integer.parseInt(parts[i], 16));
        }
        named.put(parts[0], text.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return named;
  }

  /// As browsers read them, and Python's `html.unescape`: a name may lack its semicolon, so
  /// `&notit;` is "¬it;".
  public static String unescape(String text) {
    return replace(REFERENCE, text, match -> browser(match.group(1)));
  }

  /// Only what ends in a semicolon, and is meant beyond doubt; also names in capitals.
  static String unescapeWhole(String text) {
    return replace(WHOLE, text, match -> whole(match.group()));
  }

  private static String replace(Pattern pattern, String text, Function<MatchResult, String> by) {
    return text.indexOf('&') < 0
        ? text
        : pattern.matcher(text).replaceAll(match -> Matcher.quoteReplacement(by.apply(match)));
  }

  private static String whole(String reference) {
    String name = reference.substring(1);
    if (name.startsWith("#")) {
      String text = unescape(reference);
      return text.indexOf(';') < 0 ? text : reference;
    }
    String known = NAMED.get(name);
    if (known != null) {
      return known;
    }
    String small = NAMED.get(name.toLowerCase(Locale.ROOT));
    boolean capitals = name.equals(name.toUpperCase(Locale.ROOT));
    return small != null && capitals && unescape(reference).equals(reference)
        ? small.toUpperCase(Locale.ROOT)
        : reference;
  }

  private static String browser(String reference) {
    if (reference.startsWith("#")) {
      return numbered(reference.substring(1).replace(";", ""));
    }
    String known = NAMED.get(reference);
    if (known != null) {
      return known;
    }
    for (int end = reference.length() - 1; end > 1; end--) {
      String longest = NAMED.get(reference.substring(0, end));
      if (longest != null) {
        return longest + reference.substring(end);
      }
    }
    return "&" + reference;
  }

  private static String numbered(String digits) {
    boolean hex = digits.startsWith("x") || digits.startsWith("X");
    String plain = (hex ? digits.substring(1) : digits).replaceFirst("^0+(?=.)", "");
    int c =
        plain.length() > 8
            ? Integer.MAX_VALUE
            : (int) Math.min(Integer.MAX_VALUE, Long.parseLong(plain, hex ? 16 : 10));
    if (c == 0 || c > Character.MAX_CODE_POINT || (c >= 0xD800 && c <= 0xDFFF)) {
      return "\ufffd";
    }
    if (c >= 0x80 && c <= 0x9F) {
      String windows = new String(new byte[] {(byte) c}, WINDOWS);
      return windows.equals("\ufffd") ? Character.toString(c) : windows;
    }
    return isInvalid(c) ? "" : Character.toString(c);
  }

  /// Controls and noncharacters, which HTML does not let through.
  private static boolean isInvalid(int c) {
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r')
        || c == 0x7F
        || (c >= 0xFDD0 && c <= 0xFDEF)
        || (c & 0xFFFE) == 0xFFFE;
  }
}
