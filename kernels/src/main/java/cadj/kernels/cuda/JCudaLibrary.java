package cadj.kernels.cuda;

import cadj.kernels.natives.Unpacking;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.jcublas.JCublas2;
import jcuda.jcudnn.JCudnn;
import org.jspecify.annotations.Nullable;

/// The parts of JCuda, each of which needs a library of NVIDIA's when its class is first touched.
/// After a failure Java's second error message says less; so each is tried once, and the first
/// message is kept.
final class JCudaLibrary {
  static final JCudaLibrary DRIVER =
      new JCudaLibrary(() -> jcuda.driver.JCudaDriver.setExceptionsEnabled(false));
  static final JCudaLibrary BLAS = new JCudaLibrary(() -> JCublas2.setExceptionsEnabled(false));
  static final JCudaLibrary DNN = new JCudaLibrary(() -> JCudnn.setExceptionsEnabled(false));

  private static final Pattern MISSING = Pattern.compile("(lib[\\w.+-]+): cannot open shared");

  private final Runnable touch;
  private boolean tried;
  private @Nullable String trouble;

  /// @param touch also has results be codes, as in C, for callers here to check
  private JCudaLibrary(Runnable touch) {
    this.touch = touch;
  }

  /// Why it cannot be used, such as `libcuda.so.1 not found`, or null if it can.
  synchronized @Nullable String trouble() {
    if (!tried) {
      tried = true;
      try {
        Unpacking.run(touch);
      } catch (LinkageError e) {
        trouble = inShort(e);
      }
    }
    return trouble;
  }

  /// @throws CudaException if it cannot be used
  void require() {
    String why = trouble();
    if (why != null) {
      throw new CudaException(why);
    }
  }

  /// JCuda tells of a missing library in a page of stack traces; the library's name is enough.
  static String inShort(LinkageError error) {
    String message = String.valueOf(error.getMessage());
    Matcher missing = MISSING.matcher(message);
    return missing.find()
        ? missing.group(1) + " not found"
        : message.lines().findFirst().orElse("");
  }
}
