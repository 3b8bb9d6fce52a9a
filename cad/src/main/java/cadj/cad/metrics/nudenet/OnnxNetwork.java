package cadj.cad.metrics.nudenet;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import cadj.tensor.file.FileFailure;
import cadj.tensor.file.FileFormatException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/// A detector in an ONNX file, run by ONNX Runtime on the CPU: input [1,3,S,S] → output [1,4+L,N],
/// N boxes by middle and sizes, then scores of L labels.
final class OnnxNetwork implements AutoCloseable {
  private static final long MOST_BYTES = 1L << 30;
  private static final int MOST_PIXELS = 4096;

  private final Path file;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String input;
  private final int size;

  private OnnxNetwork(Path file, OrtEnvironment environment, OrtSession session)
      throws OrtException {
    this.file = file;
    this.environment = environment;
    this.session = session;
    NodeInfo info = only("input", session.getInputInfo());
    input = info.getName();
    size = size(shape(info, "input " + input));
    requireOutput(shape(only("output", session.getOutputInfo()), "output"));
  }

  /// @throws FileFormatException in one line, if there is no such file or no such network in it
  static OnnxNetwork open(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new FileFormatException(file, "", "NudeNet's ONNX file, such as 320n.onnx", "none");
      }
      long bytes = Files.size(file);
      if (bytes > MOST_BYTES) {
        throw new FileFormatException(
            file, "", "at most %,d bytes".formatted(MOST_BYTES), "%,d".formatted(bytes));
      }
    } catch (IOException e) {
      throw FileFailure.of(file, "cannot be read", e);
    }
    OrtSession session = null;
    boolean opened = false;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      environment.setTelemetry(false);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      session = environment.createSession(file.toString(), options);
      OnnxNetwork network = new OnnxNetwork(file, environment, session);
      opened = true;
      return network;
    } catch (OrtException e) {
      throw broken(file, e);
    } finally {
      if (!opened && session != null) {
        close(session);
      }
    }
  }

  private static FileFormatException broken(Path file, OrtException e) {
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new FileFormatException(file, "", "an ONNX network that runs", first, e);
  }

  private NodeInfo only(String what, Map<String, NodeInfo> all) {
    if (all.size() != 1) {
      throw new FileFormatException(file, "", "one " + what, all.keySet().toString());
    }
    return all.values().iterator().next();
  }

  private long[] shape(NodeInfo node, String what) {
    if (node.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT) {
      return tensor.getShape();
    }
    throw new FileFormatException(file, what, "a tensor of floats", node.getInfo().toString());
  }

  /// -1 stands for any size.
  private int size(long... shape) {
    boolean fits =
        shape.length == 4
            && (shape[0] == 1 || shape[0] == -1)
            && shape[1] == 3
            && shape[2] == shape[3]
            && (shape[2] == -1 || (shape[2] > 0 && shape[2] <= MOST_PIXELS));
    if (!fits) {
      throw new FileFormatException(
          file, "input " + input, "shape [1,3,S,S] of pictures", Arrays.toString(shape));
    }
    return shape[2] == -1 ? NudeNet.SIZE : (int) shape[2];
  }

  private void requireOutput(long... shape) {
    if (shape.length != 3 || (shape[1] != NudeNet.ROWS && shape[1] != -1)) {
      throw new FileFormatException(
          file,
          "output",
          "shape [1,%d,N]: boxes and the scores of 18 labels".formatted(NudeNet.ROWS),
          Arrays.toString(shape));
    }
  }

  /// S
  int size() {
    return size;
  }

  /// The output for one input [3,S,S], row by row.
  float[][] run(float[] pixels) {
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(pixels), new long[] {1, 3, size, size});
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      OnnxValue value = result.get(0);
      if (value.getValue() instanceof float[][][] boxes
          && boxes.length == 1
          && boxes[0].length == NudeNet.ROWS) {
        return boxes[0];
      }
      throw new FileFormatException(
          file, "output", "[1,%d,N]".formatted(NudeNet.ROWS), value.getInfo().toString());
    } catch (OrtException e) {
      throw broken(file, e);
    }
  }

  @Override
  public void close() {
    close(session);
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
