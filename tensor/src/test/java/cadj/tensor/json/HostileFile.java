package cadj.tensor.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/// What may come of reading a damaged file: success, or one error of one line; and either within
/// bounds of memory.
public final class HostileFile {
  private static final int LONGEST_ERROR = 800;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private HostileFile() {}

  /// Whether `read` succeeds.
  ///
  /// @param place the file, or its folder: what an error must name first
  /// @param bound bytes that this thread may allocate
  public static boolean accepted(Path place, long bound, Runnable read) {
    String error = null;
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
    try {
      read.run();
    } catch (FileFormatException e) {
      error = e.getMessage();
    }
    long now = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
    long allocated = now - before;
    assertTrue(
        allocated <= bound,
        "%d bytes allocated, allowed %d: %s".formatted(allocated, bound, error));
    if (error != null) {
      assertEquals(1, error.lines().count(), error);
      assertTrue(error.startsWith(place.toString()), error);
      assertTrue(error.contains("expected ") && error.contains(", found "), error);
      assertTrue(error.length() < place.toString().length() + LONGEST_ERROR, error);
    }
    return error == null;
  }
}
