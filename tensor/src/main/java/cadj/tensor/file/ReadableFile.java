package cadj.tensor.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether a file is there at all: what downloads and clones leave in its place is told as what it
/// is, before a reader of the format takes it for a damaged one.
///
/// A git-lfs pointer is a text of three lines in the place of a large file:
///
/// ```
/// version https://git-lfs.github.com/spec/v1
/// oid sha256:4d7a21…
/// size 3438167534
/// ```
public final class ReadableFile {
  /// Longer than any pointer, and than the start of any web page.
  private static final int START = 512;

  private static final String POINTER = "version https://git-lfs.github.com/spec/";
  private static final Pattern SIZE = Pattern.compile("\nsize (\\d{1,18})\\s");

  private ReadableFile() {}

  /// Requires a file, and not a folder, a link to nothing, a git-lfs pointer or a web page.
  ///
  /// @throws FileFormatException that says which of these it is
  public static void require(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw new FileFormatException(
            file, "", "a file", attributes.isDirectory() ? "a folder" : "a pipe or device");
      }
      requireContent(file, start(file));
    } catch (IOException e) {
      throw FileFormatException.unreadable(file, e);
    }
  }

  /// Requires a folder, and not a file or a link to nothing.
  ///
  /// @throws FileFormatException that says which of these it is
  public static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new FileFormatException(
          folder, "", "a folder", Files.exists(folder) ? "a file" : missing(folder));
    }
  }

  private static String start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(START), ISO_8859_1);
    }
  }

  private static void requireContent(Path file, String start) {
    if (start.startsWith(POINTER)) {
      Matcher size = SIZE.matcher(start);
      throw new FileFormatException(
          file,
          "",
          "the file itself",
          "a git-lfs pointer to it (git lfs pull fetches the %s)"
              .formatted(
                  size.find() ? "%,d bytes".formatted(Long.valueOf(size.group(1))) : "file"));
    }
    String text = start.stripLeading().toLowerCase(Locale.ROOT);
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      throw new FileFormatException(
          file, "", "the file itself", "a web page (download the file again)");
    }
  }

  /// What is in the place of a file that does not exist: nothing, or a link that leads nowhere,
  /// itself or as one of its folders.
  static String missing(Path file) {
    for (Path at = file; at != null; at = at.getParent()) {
      if (Files.isSymbolicLink(at) && !Files.exists(at)) {
        String link = "a link to %s, where there is nothing".formatted(target(at));
        return at.equals(file) ? link : "none, as %s is %s".formatted(at, link);
      }
    }
    return "none";
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "an unknown place";
    }
  }
}
