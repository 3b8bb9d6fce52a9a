package cadj.tensor.file;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file is not what it must be. The message is one line: file, key, expected, found; or file and
/// reason, if it cannot be read at all.
///
/// `unet/config.json: block_out_channels[2]: expected an integer, found "320"`
public final class FileFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_QUOTE = 120;

  /// @param key what inside the file is wrong; empty if it is the file itself
  public FileFormatException(Path file, String key, String expected, String found) {
    this(file, key, expected, found, null);
  }

  public FileFormatException(
      Path file, String key, String expected, String found, @Nullable Throwable cause) {
    super(message(file, key, expected, found), cause);
  }

  private FileFormatException(String message, IOException cause) {
    super(oneLine(message), cause);
  }

  /// The file cannot be read, or is not there: then what is in its place.
  public static FileFormatException unreadable(Path file, IOException e) {
    return e instanceof NoSuchFileException
        ? new FileFormatException(file, "", "a file", ReadableFile.missing(file), e)
        : new FileFormatException(
            "%s: cannot be read: %s".formatted(file, FileFailure.reason(e)), e);
  }

  private static String message(Path file, String key, String expected, String found) {
    String where = key.isEmpty() ? "" : shorten(key) + ": ";
    return oneLine("%s: %sexpected %s, found %s".formatted(file, where, expected, found));
  }

  /// `text` in quotes for a message, cut when long.
  public static String quote(String text) {
    return '"' + shorten(text) + '"';
  }

  private static String shorten(String text) {
    return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
  }

  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean breaks = Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
      line.append(breaks ? "\\u%04x".formatted((int) c) : c);
    }
    return line.toString();
  }
}
