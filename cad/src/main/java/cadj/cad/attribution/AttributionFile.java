package cadj.cad.attribution;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// An attribution as one safetensors file.
///
/// Tensors: `score/<parameter>`, `grad/<parameter>` where kept; `steps/timestep` [K],
/// `steps/objective` [K], `steps/positive` and `steps/negative` [parameters,K]. Metadata: `kind` =
/// `attribution`, `parameters` (names, a JSON list, in the model's order), and everything needed to
/// make it again.
public final class AttributionFile {
  /// Value of the metadata `kind`.
  public static final String KIND = "attribution";

  private static final String PARAMETERS = "parameters";

  private AttributionFile() {}

  public static void write(Path file, AttributionResult result) {
    SafetensorsWriter writer = new SafetensorsWriter();
    result.metadata().forEach(writer::metadata);
    writer.metadata("kind", KIND);
    writer.metadata(PARAMETERS, json(List.copyOf(result.scores().keySet())));
    result.scores().forEach((name, score) -> writer.add("score/" + name, score));
    result.gradients().forEach((name, gradient) -> writer.add("grad/" + name, gradient));
    int steps = result.timesteps().length;
    long[] timesteps = new long[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = result.timesteps()[i];
    }
    writer.add("steps/timestep", Tensor.of(timesteps, steps));
    writer.add("steps/objective", Tensor.of(result.objectives().clone(), steps));
    writer.add("steps/positive", table(result.positive(), steps));
    writer.add("steps/negative", table(result.negative(), steps));
    writer.write(file);
  }

  private static Tensor table(double[][] rows, int columns) {
    double[] cells = Stream.of(rows).flatMapToDouble(Arrays::stream).toArray();
    return Tensor.of(cells, rows.length, columns);
  }

  /// A list of texts as JSON.
  public static String json(List<String> texts) {
    try {
      return new ObjectMapper().writeValueAsString(texts);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// @throws FileFormatException if the file is no attribution, or inconsistent
  public static AttributionResult read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      String kind = file.metadata().getOrDefault("kind", "a file of another kind");
      if (!kind.equals(KIND)) {
        throw new FileFormatException(path, "__metadata__.kind", KIND, kind);
      }
      SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
      SequencedMap<String, Tensor> gradients = new LinkedHashMap<>();
      for (String name : names(file)) {
        if (scores.put(name, floats(file, "score/" + name)) != null) {
          throw new FileFormatException(path, PARAMETERS, "each name once", name + " again");
        }
        if (file.contains("grad/" + name)) {
          gradients.put(name, floats(file, "grad/" + name));
          expect(file, "grad/" + name, scores.get(name).shape());
        }
      }
      int steps = expect(file, "steps/timestep", DType.I64, 1).dim(0);
      long[] timesteps = file.tensor("steps/timestep").toLongs();
      int[] ts = new int[steps];
      for (int i = 0; i < steps; i++) {
        if (timesteps[i] < 0 || timesteps[i] > Integer.MAX_VALUE) {
          throw new FileFormatException(path, "steps/timestep", "time steps", timesteps[i] + "");
        }
        ts[i] = (int) timesteps[i];
      }
      return new AttributionResult(
          scores,
          gradients,
          ts,
          table(file, "steps/positive", scores.size(), steps),
          table(file, "steps/negative", scores.size(), steps),
          doubles(file, "steps/objective", Shape.of(steps)),
          file.metadata());
    }
  }

  private static List<String> names(SafetensorsFile file) {
    String list = file.metadata(PARAMETERS);
    try {
      String object = "{\"%s\":%s}".formatted(PARAMETERS, list);
      ByteBuffer utf8 = StandardCharsets.UTF_8.encode(object);
      return JsonFile.parse(file.path(), utf8).list(PARAMETERS).strings();
    } catch (FileFormatException e) {
      throw new FileFormatException(
          file.path(),
          "__metadata__." + PARAMETERS,
          "a list of names as JSON",
          FileFormatException.quote(list),
          e);
    }
  }

  private static Tensor floats(SafetensorsFile file, String name) {
    if (file.dtype(name) != DType.F32) {
      throw new FileFormatException(
          file.path(), name, DType.F32.toString(), file.dtype(name).toString());
    }
    Tensor tensor = file.tensor(name);
    for (float value : tensor.toFloats()) {
      if (!Float.isFinite(value)) {
        throw new FileFormatException(file.path(), name, "finite numbers", Float.toString(value));
      }
    }
    return tensor;
  }

  private static Shape expect(SafetensorsFile file, String name, DType dtype, int rank) {
    Shape shape = file.shape(name);
    if (file.dtype(name) != dtype || shape.rank() != rank) {
      throw new FileFormatException(
          file.path(), name, dtype + " of " + rank + " dimensions", file.dtype(name) + " " + shape);
    }
    return shape;
  }

  private static void expect(SafetensorsFile file, String name, Shape wanted) {
    if (!file.shape(name).equals(wanted)) {
      throw new FileFormatException(
          file.path(), name, wanted.toString(), file.shape(name).toString());
    }
  }

  private static double[] doubles(SafetensorsFile file, String name, Shape wanted) {
    expect(file, name, DType.F64, wanted.rank());
    expect(file, name, wanted);
    double[] values = file.tensor(name).toDoubles();
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new FileFormatException(file.path(), name, "finite numbers", Double.toString(value));
      }
    }
    return values;
  }

  private static double[][] table(SafetensorsFile file, String name, int rows, int columns) {
    return AttributionResult.table(doubles(file, name, Shape.of(rows, columns)), rows, columns);
  }

  /// The metadata that says which texts, seeds and steps: for messages and pages.
  public static Map<String, String> settings(AttributionResult result) {
    Map<String, String> out = new LinkedHashMap<>(result.metadata());
    out.remove(PARAMETERS);
    return out;
  }
}
