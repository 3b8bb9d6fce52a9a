package cadj.cad.evaluate;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import cadj.tensor.file.FileFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Keeps a folder for one run: two would add to one ledger. Given back when it is closed or the
/// process ends, however it ends.
public final class LedgerLock implements AutoCloseable {
  private final FileChannel channel;

  private LedgerLock(FileChannel channel) {
    this.channel = channel;
  }

  /// @throws IllegalArgumentException if another run has it
  public static LedgerLock of(Path folder) {
    Path file = folder.resolve("ledger.lock");
    try {
      Files.createDirectories(folder);
      FileChannel channel = FileChannel.open(file, CREATE, WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new IllegalArgumentException(
            folder + ": expected a folder for this run, found another run in it");
      }
      return new LedgerLock(channel);
    } catch (IOException e) {
      throw FileFailure.of(file, "cannot be written", e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
