package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Sums of some of a run's trajectories, in a file of their own, to be merged with those of the
/// others.
///
/// Tensors: `trajectory-<k>/<sum>/<parameter>` (flat), `trajectory-<k>/positive`, `…/negative`,
/// `…/objective` for each trajectory k, counted from 1; `steps/timestep` [K]; `divisor`, one
/// number. Metadata: `kind` = `attribution-part`, `trajectories` = such as `3-5`,
/// `all_trajectories` = how many there are, `parameters` and all that identifies the run.
public final class AttributionPart {
  /// Value of the metadata `kind`.
  public static final String KIND = "attribution-part";

  private static final String TRAJECTORIES = "trajectories";
  private static final String ALL_TRAJECTORIES = "all_trajectories";
  private static final String TIMESTEPS = "steps/timestep";
  private static final String DIVISOR = "divisor";

  private final Attribution attribution;
  private final TrajectoryRange trajectories;
  private final KeptTrajectories kept;

  AttributionPart(Attribution attribution, TrajectoryRange trajectories, KeptTrajectories kept) {
    this.attribution = attribution;
    this.trajectories = trajectories;
    this.kept = kept;
  }

  public void write(Path file) {
    SafetensorsWriter writer = new SafetensorsWriter();
    attribution.identity().forEach(writer::metadata);
    writer.metadata("kind", KIND);
    writer.metadata(TRAJECTORIES, trajectories.toString());
    writer.metadata(ALL_TRAJECTORIES, Integer.toString(attribution.points().trajectories()));
    AttributionFile.writeParameters(writer, attribution.watched().keySet());
    double[] timesteps = attribution.points().timesteps();
    writer.add(TIMESTEPS, Tensor.of(timesteps, timesteps.length));
    writer.add(DIVISOR, Tensor.of(new double[] {attribution.points().divisor()}, 1));
    kept.write(writer);
    writer.write(file);
  }

  /// What identifies the run of the part at `file`: which model, for instance.
  ///
  /// @throws FileFormatException if the file is no part
  public static Map<String, String> identity(Path file) {
    try (SafetensorsFile part = open(file)) {
      return identity(part);
    }
  }

  private static SafetensorsFile open(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    String kind = file.metadata().getOrDefault("kind", "a file of another kind");
    if (!kind.equals(KIND)) {
      file.close();
      throw new FileFormatException(path, "__metadata__.kind", KIND, kind);
    }
    return file;
  }

  private static Map<String, String> identity(SafetensorsFile file) {
    Map<String, String> out = new LinkedHashMap<>(file.metadata());
    out.keySet()
        .removeAll(List.of("kind", TRAJECTORIES, ALL_TRAJECTORIES, AttributionFile.PARAMETERS));
    return out;
  }

  /// The result of a run whose trajectories are those of all of `files` together: the same bits as
  /// if one run had taken them all. One parameter at a time is held in memory beside the scores.
  ///
  /// @param parameters the denoiser's, before any edit
  /// @param keepSums keep the means of the estimator's sums beside the scores
  /// @param apart keep what each trajectory says alone, as [Attribution#runApart] does; takes
  ///   memory for each
  /// @throws FileFormatException if a file is no part, damaged or of another run
  /// @throws IllegalArgumentException if a trajectory is missing, or is in two files
  public static AttributionResult merge(
      List<Path> files, Map<String, Tensor> parameters, boolean keepSums, boolean apart) {
    require(!files.isEmpty(), "merge: expected at least one part");
    List<StoredTrajectories.Part> parts = new ArrayList<>();
    try {
      for (Path file : files) {
        SafetensorsFile open = open(file);
        try {
          parts.add(new StoredTrajectories.Part(open, range(open)));
        } catch (RuntimeException e) {
          open.close();
          throw e;
        }
      }
      parts.sort(
          Comparator.comparingInt((StoredTrajectories.Part part) -> part.trajectories().first()));
      return mergeStored(parts, parameters, keepSums, apart);
    } finally {
      parts.forEach(part -> part.file().close());
    }
  }

  private static TrajectoryRange range(SafetensorsFile file) {
    try {
      return TrajectoryRange.parse(file.metadata(TRAJECTORIES));
    } catch (IllegalArgumentException e) {
      throw new FileFormatException(
          file.path(),
          "__metadata__." + TRAJECTORIES,
          "a range such as 3-5",
          FileFormatException.quote(file.metadata(TRAJECTORIES)),
          e);
    }
  }

  private static AttributionResult mergeStored(
      List<StoredTrajectories.Part> parts,
      Map<String, Tensor> parameters,
      boolean keepSums,
      boolean apart) {
    SafetensorsFile first = parts.getFirst().file();
    parts.forEach(part -> requireSameRun(first, part.file()));
    StoredTrajectories all = new StoredTrajectories(parts);
    all.requireAll(count(first));
    SequencedMap<String, Tensor> watched = watched(first, parameters);
    double[] timesteps = StoredSums.doubles(first, TIMESTEPS);
    double divisor = StoredSums.doubles(first, DIVISOR, Shape.of(1))[0];
    Estimator estimator = estimator(first);
    StepTables tables = new StepTables(watched.size(), timesteps.length);
    all.forEach(
        (file, prefix) ->
            tables.add(StepTables.read(file, prefix, watched.size(), timesteps.length)));
    return AttributionResult.of(
        estimator,
        watched,
        (name, w) -> all.means(estimator.sums(), name, w, divisor),
        keepSums,
        timesteps,
        tables,
        divisor,
        apart ? all.apart(estimator, watched, timesteps.length, divisor / count(first)) : List.of(),
        identity(first));
  }

  private static Estimator estimator(SafetensorsFile file) {
    String name = file.metadata(AttributionSettings.ESTIMATOR);
    try {
      return Estimators.named(name);
    } catch (IllegalArgumentException e) {
      throw new FileFormatException(
          file.path(),
          "__metadata__." + AttributionSettings.ESTIMATOR,
          Estimators.names(),
          FileFormatException.quote(name),
          e);
    }
  }

  private static void requireSameRun(SafetensorsFile first, SafetensorsFile other) {
    for (String key : List.of(ALL_TRAJECTORIES, AttributionFile.PARAMETERS)) {
      requireSame(other, key, first.metadata(key), other.metadata(key));
    }
    Map<String, String> expected = identity(first);
    Map<String, String> found = identity(other);
    expected.forEach((key, value) -> requireSame(other, key, value, found.get(key)));
    found.forEach((key, value) -> requireSame(other, key, expected.get(key), value));
  }

  private static void requireSame(
      SafetensorsFile file, String key, @Nullable String expected, @Nullable String found) {
    if (!String.valueOf(found).equals(String.valueOf(expected))) {
      throw new FileFormatException(
          file.path(),
          "__metadata__." + key,
          (expected == null ? "nothing" : expected) + ", as the first part has it",
          found == null ? "nothing" : found);
    }
  }

  /// How many trajectories the run has.
  private static int count(SafetensorsFile file) {
    String text = file.metadata(ALL_TRAJECTORIES);
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw new FileFormatException(
          file.path(),
          "__metadata__." + ALL_TRAJECTORIES,
          "a number",
          FileFormatException.quote(text));
    }
    return Integer.parseInt(text);
  }

  private static SequencedMap<String, Tensor> watched(
      SafetensorsFile file, Map<String, Tensor> parameters) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    for (String name : AttributionFile.parameters(file)) {
      Tensor w = parameters.get(name);
      if (w == null) {
        throw new FileFormatException(
            file.path(),
            "__metadata__." + AttributionFile.PARAMETERS,
            "parameters of the model",
            name);
      }
      out.put(name, w);
    }
    return out;
  }
}
