package cadj.cad.attribution;

import cadj.cad.edit.Provenance;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// An attribution as one safetensors file.
///
/// Tensors: `score/<parameter>`; where kept, means of what the estimator sums, such as
/// `grad/<parameter>`; `steps/timestep` [K], `steps/objective` [K], `steps/positive` and
/// `steps/negative` [parameters,K], `steps/expansion` [K] (J where the estimator expands);
/// `prediction/offset` [1]; where kept, `trajectory-<k>/score/<parameter>` and `prediction/offsets`
/// [trajectories], from which a [Prediction] has its spread. Metadata: `kind` = `attribution`,
/// `parameters` (names, a JSON list, in the model's order), and everything needed to make it again.
public final class AttributionFile {
  /// Value of the metadata `kind`.
  public static final String KIND = "attribution";

  static final String PARAMETERS = "parameters";

  private static final String EXPANSION = "steps/expansion";
  private static final String OFFSET = "prediction/offset";
  private static final String OFFSETS = "prediction/offsets";

  private AttributionFile() {}

  public static void write(Path file, AttributionResult result) {
    SafetensorsWriter writer = new SafetensorsWriter();
    result.metadata().forEach(writer::metadata);
    writer.metadata("kind", KIND);
    writeParameters(writer, result.scores().keySet());
    result.scores().forEach((name, score) -> writer.add("score/" + name, score));
    result
        .sums()
        .forEach(
            (sum, byParameter) ->
                byParameter.forEach((name, mean) -> writer.add(sum + "/" + name, mean)));
    int steps = result.timesteps().length;
    writer.add("steps/timestep", Tensor.of(result.timesteps().clone(), steps));
    writer.add("steps/objective", Tensor.of(result.objectives().clone(), steps));
    writer.add(EXPANSION, Tensor.of(result.expansions().clone(), steps));
    writer.add("steps/positive", table(result.positive(), steps));
    writer.add("steps/negative", table(result.negative(), steps));
    writer.add(OFFSET, Tensor.of(new double[] {result.offset()}, 1));
    if (!result.trajectories().isEmpty()) {
      write(writer, result.trajectories());
    }
    writer.write(file);
  }

  private static void write(SafetensorsWriter writer, List<TrajectoryScores> trajectories) {
    double[] offsets = trajectories.stream().mapToDouble(TrajectoryScores::offset).toArray();
    writer.add(OFFSETS, Tensor.of(offsets, offsets.length));
    for (int k = 0; k < offsets.length; k++) {
      String prefix = KeptTrajectories.prefix(k) + "score/";
      trajectories.get(k).scores().forEach((name, score) -> writer.add(prefix + name, score));
    }
  }

  private static List<TrajectoryScores> trajectories(
      SafetensorsFile file, SequencedMap<String, Tensor> scores) {
    List<TrajectoryScores> out = new ArrayList<>();
    double[] offsets = file.contains(OFFSETS) ? StoredSums.doubles(file, OFFSETS) : new double[0];
    for (int k = 0; k < offsets.length; k++) {
      String prefix = KeptTrajectories.prefix(k) + "score/";
      SequencedMap<String, Tensor> its = new LinkedHashMap<>();
      scores.forEach((name, score) -> its.put(name, floats(file, prefix + name, score.shape())));
      out.add(new TrajectoryScores(its, offsets[k]));
    }
    return out;
  }

  static void writeParameters(SafetensorsWriter writer, Collection<String> names) {
    writer.metadata(PARAMETERS, Provenance.json(List.copyOf(names)));
  }

  private static Tensor table(double[][] rows, int columns) {
    double[] cells = Stream.of(rows).flatMapToDouble(Arrays::stream).toArray();
    return Tensor.of(cells, rows.length, columns);
  }

  /// @throws FileFormatException if the file is no attribution, or inconsistent
  public static AttributionResult read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      String kind = file.metadata().getOrDefault("kind", "a file of another kind");
      if (!kind.equals(KIND)) {
        throw new FileFormatException(path, "__metadata__.kind", KIND, kind);
      }
      SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
      for (String name : parameters(file)) {
        if (scores.put(name, floats(file, "score/" + name)) != null) {
          throw new FileFormatException(path, PARAMETERS, "each name once", name + " again");
        }
      }
      Map<String, SequencedMap<String, Tensor>> sums = new LinkedHashMap<>();
      for (String sum : sums(file, scores.keySet())) {
        SequencedMap<String, Tensor> byParameter = new LinkedHashMap<>();
        scores.forEach(
            (name, score) -> byParameter.put(name, floats(file, sum + "/" + name, score.shape())));
        sums.put(sum, byParameter);
      }
      double[] timesteps = StoredSums.doubles(file, "steps/timestep");
      int steps = timesteps.length;
      double[][] positive = table(file, "steps/positive", scores.size(), steps);
      double[][] negative = table(file, "steps/negative", scores.size(), steps);
      double[] objectives = StoredSums.doubles(file, "steps/objective", Shape.of(steps));
      return new AttributionResult(
          scores,
          sums,
          timesteps,
          positive,
          negative,
          objectives,
          file.contains(EXPANSION)
              ? StoredSums.doubles(file, EXPANSION, Shape.of(steps))
              : objectives.clone(), // of a version that knew first order only
          file.contains(OFFSET) ? StoredSums.doubles(file, OFFSET, Shape.of(1))[0] : 0,
          trajectories(file, scores),
          file.metadata());
    }
  }

  /// What is kept beside the scores: the first parts of the names of tensors that end in a
  /// parameter's name.
  private static SortedSet<String> sums(SafetensorsFile file, Set<String> names) {
    SortedSet<String> out = new TreeSet<>();
    for (String key : file.names()) {
      int slash = key.indexOf('/');
      if (slash > 0 && names.contains(key.substring(slash + 1))) {
        out.add(key.substring(0, slash));
      }
    }
    out.remove("score");
    return out;
  }

  /// The parameters that the file at hand lists.
  static List<String> parameters(SafetensorsFile file) {
    return texts(file.path(), PARAMETERS, file.metadata(PARAMETERS));
  }

  /// The texts of a list as JSON, metadata `key` of a file.
  public static List<String> texts(Path file, String key, String list) {
    try {
      String object = "{\"%s\":%s}".formatted(key, list);
      ByteBuffer utf8 = StandardCharsets.UTF_8.encode(object);
      return JsonFile.parse(file, utf8).list(key).strings();
    } catch (FileFormatException e) {
      throw new FileFormatException(
          file,
          "__metadata__." + key,
          "a list of names as JSON",
          FileFormatException.quote(list),
          e);
    }
  }

  private static Tensor floats(SafetensorsFile file, String name) {
    return floats(file, name, file.shape(name));
  }

  private static Tensor floats(SafetensorsFile file, String name, Shape shape) {
    return Tensor.of(StoredSums.floats(file, name, shape), shape.toArray());
  }

  private static double[][] table(SafetensorsFile file, String name, int rows, int columns) {
    double[] cells = StoredSums.doubles(file, name, Shape.of(rows, columns));
    double[][] out = new double[rows][];
    for (int r = 0; r < rows; r++) {
      out[r] = Arrays.copyOfRange(cells, r * columns, (r + 1) * columns);
    }
    return out;
  }

  /// The metadata that says which texts, seeds and steps: for messages and pages.
  public static Map<String, String> settings(AttributionResult result) {
    Map<String, String> out = new LinkedHashMap<>(result.metadata());
    out.remove(PARAMETERS);
    return out;
  }
}
