package cadj.cad.judge;

import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.ReadableFile;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Names of classes in the forms in which they are passed around:
///
/// - a text with a name per line, of class 0, 1, … (`imagenet_classes.txt`), or with `number name`
///   in each line, of any classes;
/// - JSON: a list of names, or an object of names by number, each a text or as Keras has it (`"0":
///   ["n01440764", "tench"]`), at the top or under `id2label` (transformers' `config.json`).
public final class LabelFile {
  private static final Pattern NUMBERED =
      Pattern.compile("(\\d{1,9})[\\s:,]\\s*['\"]?(.*?)['\"]?,?");
  private static final int LARGEST = 1 << 22;
  private static final String TRANSFORMERS = "id2label";

  private LabelFile() {}

  /// @throws FileFormatException naming what is wrong in the file
  public static Labels read(Path file) {
    SortedMap<Integer, String> names =
        file.toString().toLowerCase(Locale.ROOT).endsWith(".json") ? json(file) : text(file);
    try {
      return new Labels(names);
    } catch (IllegalArgumentException e) {
      throw new FileFormatException(
          file, "", "names of classes", String.valueOf(e.getMessage()), e);
    }
  }

  private static SortedMap<Integer, String> json(Path file) {
    SortedMap<Integer, String> names = new TreeMap<>();
    if (lines(file).getFirst().stripLeading().startsWith("[")) {
      JsonFile.readList(file).strings().forEach(name -> names.put(names.size(), name));
      return names;
    }
    JsonObject top = JsonFile.read(file);
    JsonObject byNumber = top.has(TRANSFORMERS) ? top.object(TRANSFORMERS) : top;
    for (String key : byNumber.keys()) {
      if (!key.matches("\\d{1,9}")) {
        throw byNumber.error(key, "the number of a class as key", "this one");
      }
      names.put(Integer.valueOf(key), name(byNumber.get(key)));
    }
    return names;
  }

  private static String name(JsonValue value) {
    if (!value.isList()) {
      return value.string();
    }
    JsonList pair = value.list();
    if (pair.size() != 2) {
      throw pair.error("a WordNet id and a name", "a list of " + pair.size());
    }
    return pair.get(1).string();
  }

  private static SortedMap<Integer, String> text(Path file) {
    List<String> lines = lines(file);
    boolean numbered = lines.stream().allMatch(line -> NUMBERED.matcher(line).matches());
    SortedMap<Integer, String> names = new TreeMap<>();
    for (String line : lines) {
      Matcher parts = NUMBERED.matcher(line);
      if (numbered && parts.matches()) {
        if (names.put(Integer.valueOf(parts.group(1)), parts.group(2)) != null) {
          throw new FileFormatException(file, parts.group(1), "each number once", "it again");
        }
      } else {
        names.put(names.size(), line);
      }
    }
    return names;
  }

  /// Without empty lines, but those at the end only: elsewhere they would shift the numbers.
  private static List<String> lines(Path file) {
    ReadableFile.require(file);
    try {
      if (Files.size(file) > LARGEST) {
        throw new FileFormatException(
            file, "", "at most %,d bytes of names".formatted(LARGEST), "more");
      }
      List<String> lines = Files.readString(file, UTF_8).stripTrailing().lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).isBlank()) {
          throw new FileFormatException(file, "line " + (i + 1), "a name", "none");
        }
      }
      if (lines.isEmpty()) {
        throw new FileFormatException(file, "", "names of classes", "none");
      }
      return lines;
    } catch (CharacterCodingException e) {
      throw new FileFormatException(file, "", "text in UTF-8", "other bytes", e);
    } catch (IOException e) {
      throw FileFormatException.unreadable(file, e);
    }
  }
}
