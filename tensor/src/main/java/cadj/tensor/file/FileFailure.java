package cadj.tensor.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/// The reason of an [java.io.IOException] in words: Java's exceptions say it by their class, and
/// many have only the file's name as message.
public final class FileFailure {
  private FileFailure() {}

  /// The error of one line for a caller to throw, `out/a.png: cannot be written: permission
  /// denied`.
  ///
  /// @param what could not be done
  public static UncheckedIOException of(Path file, String what, IOException e) {
    return new UncheckedIOException("%s: %s: %s".formatted(file, what, reason(e)), e);
  }

  /// The one line of an error that may come from Java itself, whose message is a class and a file.
  public static String line(UncheckedIOException e) {
    IOException cause = e.getCause();
    if (!cause.toString().equals(e.getMessage())) {
      return e.getMessage();
    }
    return cause instanceof FileSystemException of && of.getFile() != null
        ? of.getFile() + ": " + reason(cause)
        : reason(cause);
  }

  /// Why, in a few words.
  public static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException none -> "no such file";
      case AccessDeniedException denied -> "permission denied";
      case FileAlreadyExistsException taken -> taken.getFile() + " exists already";
      case NotDirectoryException file -> file.getFile() + " is no folder";
      case ClosedByInterruptException stopped -> "interrupted";
      case FileSystemException system when system.getReason() != null -> small(system.getReason());
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : small(e.getMessage());
    };
  }

  /// `No space left on device` within a sentence; `PNG …` stays.
  private static String small(String text) {
    boolean word = text.length() > 1 && Character.isLowerCase(text.charAt(1));
    return word ? Character.toLowerCase(text.charAt(0)) + text.substring(1) : text;
  }
}
