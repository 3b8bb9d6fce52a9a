package cadj.tensor.json;

import cadj.tensor.file.FileFailure;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.ReadableFile;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads JSON files strictly: UTF-8, no repeated keys, nothing after the value, bounded size and
/// depth. The words `NaN`, `Infinity` and `-Infinity`, which Python writes though JSON has none,
/// are texts and no numbers. Every failure is a [FileFormatException]; memory stays within the
/// file's size times a small constant.
public final class JsonFile {
  private static final long LARGEST_FILE = 64L << 20;
  private static final int DEEPEST = 64;
  private static final int LONGEST_NAME = 1 << 16;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST + 1)
                  .maxNameLength(LONGEST_NAME)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonFile() {}

  /// The object a file consists of.
  public static JsonObject read(Path file) {
    return value(file, load(file)).object();
  }

  /// The list a file consists of.
  public static JsonList readList(Path file) {
    return value(file, load(file)).list();
  }

  /// The object that `utf8`, a part of `file`, consists of.
  public static JsonObject parse(Path file, ByteBuffer utf8) {
    return value(file, utf8).object();
  }

  private static ByteBuffer load(Path file) {
    ReadableFile.require(file);
    try {
      long size = Files.size(file);
      if (size > LARGEST_FILE) {
        throw new FileFormatException(
            file, "", "at most %d bytes of JSON".formatted(LARGEST_FILE), size + " bytes");
      }
      return ByteBuffer.wrap(Files.readAllBytes(file));
    } catch (IOException e) {
      throw FileFormatException.unreadable(file, e);
    }
  }

  private static JsonValue value(Path file, ByteBuffer utf8) {
    String text = decode(file, utf8);
    try (JsonParser parser = JSON.createParser(text)) {
      JsonPath root = JsonPath.root(file);
      if (parser.nextToken() == null) {
        throw root.error("JSON", "nothing");
      }
      Object value = value(parser, root);
      if (parser.nextToken() != null) {
        throw root.error(
            "nothing after the JSON", "more at " + parser.currentTokenLocation().getCharOffset());
      }
      return new JsonValue(root, value);
    } catch (JsonProcessingException e) {
      String found = e instanceof JsonEOFException ? "its end" : "what is none";
      long at = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
      throw new FileFormatException(file, "", "JSON", "%s at character %d".formatted(found, at), e);
    } catch (IOException e) {
      throw new FileFormatException(file, "", "JSON", FileFailure.reason(e), e);
    }
  }

  private static String cut(String message) {
    return message.length() <= 200 ? message : message.substring(0, 200) + "…";
  }

  private static String decode(Path file, ByteBuffer utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw new FileFormatException(
          file, "", "UTF-8", "an invalid sequence at byte " + utf8.position(), e);
    }
  }

  private static @Nullable Object value(JsonParser parser, JsonPath place) throws IOException {
    if (parser.getParsingContext().getNestingDepth() > DEEPEST) {
      throw place.error("at most %d levels".formatted(DEEPEST), "more");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, place);
      case START_ARRAY -> list(parser, place);
      case VALUE_STRING -> unicode(parser.getText(), place);
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT, LONG -> parser.getLongValue();
            default -> finite(parser, place);
          };
      case VALUE_NUMBER_FLOAT ->
          switch (parser.getText()) {
            case "NaN", "Infinity", "-Infinity" -> parser.getText();
            default -> finite(parser, place);
          };
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw place.error("a JSON value", parser.currentToken().name());
    };
  }

  private static Map<String, @Nullable Object> object(JsonParser parser, JsonPath place)
      throws IOException {
    Map<String, @Nullable Object> values = new LinkedHashMap<>(4);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = unicode(parser.currentName(), place);
      parser.nextToken();
      JsonPath inside = place.key(key);
      if (values.containsKey(key)) {
        throw inside.error("each key once", "it again");
      }
      values.put(key, value(parser, inside));
    }
    return values;
  }

  private static List<@Nullable Object> list(JsonParser parser, JsonPath place) throws IOException {
    List<@Nullable Object> values = new ArrayList<>(2);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      // elements share the list's place: an index for each would cost more than the list itself
      values.add(value(parser, place));
    }
    return values;
  }

  private static double finite(JsonParser parser, JsonPath place) throws IOException {
    double value = parser.getDoubleValue();
    if (!Double.isFinite(value)) {
      throw place.error("a number within double's range", cut(parser.getText()));
    }
    return value;
  }

  /// JSON escapes can spell half of a surrogate pair, which no UTF-8 can say.
  private static String unicode(String text, JsonPath place) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!pair) {
          throw place.error("Unicode text", "an unpaired surrogate at character " + i);
        }
        i++;
      }
    }
    return text;
  }
}
