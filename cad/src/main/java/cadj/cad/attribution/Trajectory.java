package cadj.cad.attribution;

import static java.util.Objects.requireNonNull;

import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What the points of one trajectory add up to.
///
/// @param sums by an estimator's name of a sum, then by parameter: a value for each weight
record Trajectory(
    Map<String, SequencedMap<String, SumStore.Cell<float[]>>> sums, StepTables tables) {
  /// What one of an estimator's sums of one parameter is called, in memory and in files.
  static String key(String sum, String parameter) {
    return sum + "/" + parameter;
  }

  /// Adds `<prefix><sum>/<parameter>` and the tables to a file.
  void write(SafetensorsWriter writer, String prefix, SequencedMap<String, Tensor> watched) {
    sums.forEach(
        (sum, byParameter) ->
            byParameter.forEach(
                (name, values) -> {
                  Shape flat = Shape.of(requireNonNull(watched.get(name)).elements());
                  writer.add(
                      prefix + key(sum, name),
                      DType.F32,
                      flat,
                      () -> Tensor.of(flat, F32.of(values.read())));
                }));
    tables.write(writer, prefix);
  }

  /// A trajectory as [#write] left it.
  static Trajectory read(
      SafetensorsFile file,
      String prefix,
      List<String> sums,
      SequencedMap<String, Tensor> watched,
      int steps) {
    Map<String, SequencedMap<String, SumStore.Cell<float[]>>> read = new LinkedHashMap<>();
    for (String sum : sums) {
      SequencedMap<String, SumStore.Cell<float[]>> byParameter = new LinkedHashMap<>();
      watched.forEach(
          (name, w) -> {
            SumStore.Cell<float[]> values = SumStore.current().floats(w.elements());
            values.write(sum(file, prefix, sum, name, w.elements()));
            byParameter.put(name, values);
          });
      read.put(sum, byParameter);
    }
    return new Trajectory(read, StepTables.read(file, prefix, watched.size(), steps));
  }

  /// One parameter's sum of a trajectory as [#write] left it.
  static float[] sum(
      SafetensorsFile file, String prefix, String sum, String parameter, int elements) {
    return StoredSums.floats(file, prefix + key(sum, parameter), Shape.of(elements));
  }
}
