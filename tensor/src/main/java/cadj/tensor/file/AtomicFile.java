package cadj.tensor.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Files and folders that appear under their name once they are complete: made under a temporary
/// name beside it, then moved.
///
/// If that fails, nothing is left of it but folders that were missing, and what stood under the
/// name still does. So it is when a signal ends the program, as Ctrl-C does: the writer is
/// interrupted, and its end waited for.
public final class AtomicFile {
  /// Makes a file, or fills a folder.
  @FunctionalInterface
  public interface Content {
    /// @param fresh not there yet if it is to be a file, empty if a folder
    void writeTo(Path fresh) throws IOException;
  }

  private AtomicFile() {}

  /// Writes a file, in missing folders too, replacing an existing one in a single step.
  ///
  /// @throws UncheckedIOException if that fails
  public static void write(Path file, Content content) {
    makeAndMove(file, content, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Writes a folder, in missing folders too; there must be nothing of its name.
  ///
  /// @throws UncheckedIOException if that fails
  public static void writeFolder(Path folder, Content content) {
    if (Files.exists(folder)) {
      throw unwritable(folder, new FileAlreadyExistsException(folder.toString()));
    }
    makeAndMove(
        folder,
        fresh -> {
          Files.createDirectory(fresh);
          content.writeTo(fresh);
        });
  }

  private static void makeAndMove(Path file, Content content, CopyOption... move) {
    Path target = file.toAbsolutePath();
    Path unfinished = unfinished(target);
    try {
      Files.createDirectories(target.getParent());
      try (EndOfProgram _ = new EndOfProgram()) {
        try {
          content.writeTo(unfinished);
          Files.move(unfinished, target, move);
        } finally {
          delete(unfinished);
        }
      }
    } catch (UncheckedIOException e) {
      throw isRead(e.getCause(), target, unfinished) ? e : unwritable(file, e.getCause());
    } catch (IOException e) {
      throw isRead(e, target, unfinished)
          ? FileFailure.of(Path.of(((FileSystemException) e).getFile()), "cannot be read", e)
          : unwritable(file, e);
    }
  }

  /// Whether what failed was to read what goes into `unfinished`.
  private static boolean isRead(IOException e, Path target, Path unfinished) {
    if (!(e instanceof FileSystemException of) || of.getFile() == null) {
      return false;
    }
    Path file = Path.of(of.getFile()).toAbsolutePath();
    return !file.startsWith(unfinished) && !target.startsWith(file);
  }

  /// Tries, before long work, whether `file` or a folder of that name could be written; what is
  /// missing of its folders stays missing.
  ///
  /// @throws UncheckedIOException if not
  public static void requireWritable(Path file) {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    while (!Files.exists(folder)) {
      folder = folder.getParent();
    }
    try {
      if (!Files.isDirectory(folder)) {
        throw new NotDirectoryException(folder.toString());
      }
      Files.delete(Files.createFile(unfinished(folder.resolve(target.getFileName()))));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /// Deletes what writers of `file` that were killed while writing left beside it.
  ///
  /// @throws UncheckedIOException if that fails
  public static void deleteUnfinished(Path file) {
    Path target = file.toAbsolutePath();
    if (!Files.isDirectory(target.getParent())) {
      return;
    }
    String start = unfinishedPrefix(target);
    try (Stream<Path> siblings = Files.list(target.getParent())) {
      for (Path sibling : siblings.toList()) {
        String name = sibling.getFileName().toString();
        if (name.startsWith(start)
            && name.substring(start.length()).matches("[0-9a-f-]{36}\\.tmp")) {
          delete(sibling);
        }
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static Path unfinished(Path target) {
    return target.resolveSibling(unfinishedPrefix(target) + UUID.randomUUID() + ".tmp");
  }

  /// What names of unfinished files of `target` begin with; something unique and `.tmp` follow.
  private static String unfinishedPrefix(Path target) {
    return "." + target.getFileName() + ".";
  }

  /// Deletes a file or a folder with all it holds, if there is one.
  private static void delete(Path root) throws IOException {
    if (Files.exists(root)) {
      List<Path> all;
      try (Stream<Path> walk = Files.walk(root)) {
        all = walk.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : all) {
        Files.delete(path);
      }
    }
  }

  /// While open, the end of the program interrupts the thread that made this, and waits for it.
  private static final class EndOfProgram implements AutoCloseable {
    /// Who computes, instead of writing, does not notice.
    private static final long LONGEST_WAIT_SECONDS = 10;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    EndOfProgram() throws IOException {
      Thread writer = Thread.currentThread();
      hook = new Thread(() -> stop(writer), "stop writing");
      try {
        Runtime.getRuntime().addShutdownHook(hook);
      } catch (IllegalStateException ending) {
        throw new ClosedByInterruptException();
      }
    }

    private void stop(Thread writer) {
      writer.interrupt();
      try {
        done.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      done.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException ending) {
        // the hook runs, and was waiting for this
      }
    }
  }

  private static UncheckedIOException unwritable(Path file, IOException e) {
    return FileFailure.of(file, "cannot be written", e);
  }
}
