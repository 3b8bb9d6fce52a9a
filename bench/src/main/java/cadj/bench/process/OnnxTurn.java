package cadj.bench.process;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import cadj.bench.step.StableDiffusion;
import java.io.PrintStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/// A program that does for ONNX Runtime what [cadj.bench.step.Turn] does for us: forward passes of
/// a UNet in an ONNX file, each after one that is not timed, then a line of JSON.
///
/// Inputs are named as diffusers' are: `sample`, `timestep`, `encoder_hidden_states`.
public final class OnnxTurn {
  private static final String TIMESTEP = "timestep";

  private OnnxTurn() {}

  /// @param args the file, `--threads=N`, `--latents=SIDE`
  public static void main(String... args) throws OrtException {
    if (args.length != 3
        || !args[1].matches("--threads=[1-9]\\d{0,3}")
        || !args[2].matches("--latents=[1-9]\\d{0,3}")) {
      throw new IllegalArgumentException(
          "expected a file, --threads=N and --latents=SIDE, got " + String.join(" ", args));
    }
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // numbers look alike everywhere
    int threads = Integer.parseInt(args[1].replaceAll("\\D", ""));
    int side = Integer.parseInt(args[2].replaceAll("\\D", ""));
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      try (OrtSession session = environment.createSession(Path.of(args[0]).toString(), options)) {
        double two = seconds(environment, session, 2, side);
        double one = seconds(environment, session, 1, side);
        new PrintStream(System.out, true, StandardCharsets.UTF_8)
            .println("{\"forward2\": %.3f, \"forward1\": %.3f}".formatted(two, one));
      }
    }
  }

  private static double seconds(OrtEnvironment environment, OrtSession session, int batch, int side)
      throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put("sample", noise(environment, batch, 4, side, side));
      inputs.put(
          "encoder_hidden_states",
          noise(environment, batch, StableDiffusion.TEXT_TOKENS, StableDiffusion.TEXT_WIDTH));
      inputs.put(TIMESTEP, timestep(environment, session, batch));
      session.run(inputs).close();
      long start = System.nanoTime();
      session.run(inputs).close();
      return (System.nanoTime() - start) * 1e-9;
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor noise(OrtEnvironment environment, long... shape) throws OrtException {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
  }

  /// As the file wants it: a number, or one for each image; whole or not.
  private static OnnxTensor timestep(OrtEnvironment environment, OrtSession session, int batch)
      throws OrtException {
    NodeInfo input = session.getInputInfo().get(TIMESTEP);
    if (input == null || !(input.getInfo() instanceof TensorInfo info)) {
      throw new IllegalArgumentException(
          "expected inputs sample, timestep and encoder_hidden_states, found "
              + session.getInputNames());
    }
    long[] declared = info.getShape();
    long[] shape = declared.length == 0 ? declared : new long[] {declared[0] == 1 ? 1 : batch};
    int count = shape.length == 0 ? 1 : (int) shape[0];
    if (info.type == OnnxJavaType.INT64) {
      long[] values = new long[count];
      Arrays.fill(values, 501);
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }
    float[] values = new float[count];
    Arrays.fill(values, 501);
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
  }
}
