package cadj.cad.prediction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.EraseCorrected;
import cadj.cad.attribution.EraseObjective;
import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.FirstOrder;
import cadj.cad.attribution.Objective;
import cadj.cad.attribution.Point;
import cadj.cad.attribution.Prediction;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.attribution.Shrunk;
import cadj.cad.edit.Patch;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.NoiseLevel;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Sets, true effects and estimates against those that PyTorch recorded for "sneaker".
@GoldenTest
class PredictionGoldenTest {
  private static final double OBJECTIVE = 1e-5;

  /// Of differences of J: absolute for small ones, relative for large.
  private static final double DIFFERENCE = 3e-5;

  private static final Objective ERASE = new EraseObjective(true);

  private static SafetensorsFile golden;
  private static JsonObject json;
  private static TextToImage pipeline;
  private static SequencedMap<String, Tensor> watched;
  private static FixedPoints points;

  @BeforeAll
  static void open() {
    golden = Golden.open("prediction/prediction.safetensors");
    json = JsonFile.read(Golden.require("prediction/prediction.json"));
    pipeline = TextToImage.load(ModelFiles.open("fashion"));
    watched = pipeline.denoiser().parameters(List.of(Sites.FF));
    List<Point> all = new ArrayList<>();
    double[] timesteps = new double[10];
    for (int i = 0; i < 10; i++) {
      timesteps[i] = golden.tensor("timesteps").toLongs()[i];
      all.add(
          new Point(
              0,
              i,
              golden.tensor("trajectory").slice(0, i, i + 1),
              timesteps[i],
              new NoiseLevel(1, 0),
              Conditioning.of(golden.tensor("concept_embedding")),
              golden.tensor("base_prediction").slice(0, i, i + 1)));
    }
    points = new FixedPoints(pipeline.denoiser(), List.of(all), timesteps, 1);
  }

  @AfterAll
  static void close() {
    golden.close();
  }

  private static int[] flat(Map<String, int[]> set) {
    List<int[]> parts = new ArrayList<>();
    int first = 0;
    int count = 0;
    for (Map.Entry<String, Tensor> one : watched.entrySet()) {
      int[] its = set.getOrDefault(one.getKey(), new int[0]).clone();
      for (int i = 0; i < its.length; i++) {
        its[i] += first;
      }
      first += one.getValue().elements();
      count += its.length;
      parts.add(its);
    }
    int[] out = new int[count];
    int at = 0;
    for (int[] part : parts) {
      System.arraycopy(part, 0, out, at, part.length);
      at += part.length;
    }
    return out;
  }

  private static SequencedMap<String, int[]> byParameter(int... flat) {
    SequencedMap<String, int[]> out = new LinkedHashMap<>();
    int first = 0;
    for (Map.Entry<String, Tensor> one : watched.entrySet()) {
      int from = first;
      int to = from + one.getValue().elements();
      out.put(
          one.getKey(),
          Arrays.stream(flat)
              .filter(i -> i >= from && i < to)
              .map(i -> i - from)
              .sorted()
              .toArray());
      first = to;
    }
    return out;
  }

  private static SequencedMap<String, int[]> set(JsonObject row) {
    String name = row.string("set");
    return name.startsWith("top")
        ? byParameter(ints(golden.tensor("indices." + name)))
        : WeightSets.random(watched, row.number("ratio"), row.longInteger("seed"));
  }

  private static int[] ints(Tensor indices) {
    long[] values = indices.toLongs();
    int[] out = new int[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) values[i];
    }
    return out;
  }

  @Test
  void randomSetsAreTheRecordedOnes() throws NoSuchAlgorithmException {
    int random = 0;
    for (JsonObject row : json.list("sets").objects()) {
      if (row.string("set").startsWith("random")) {
        int[] indices = flat(set(row));
        ByteBuffer bytes = ByteBuffer.allocate(4 * indices.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(indices);
        String hash =
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        assertEquals(row.string("sha256_of_indices_i32_le"), hash, row.string("set"));
        random++;
      }
    }
    assertEquals(36, random);
  }

  /// Top sets follow from first-order scores.
  @Test
  void topSetsAreTheRecordedOnes() {
    AttributionResult first = attribute(new FirstOrder());
    for (double ratio : new double[] {0.001, 0.01}) {
      WeightSet top = WeightSets.top(first.scores(), Granularity.WEIGHT, ratio, name -> 0);
      List<Integer> found = Arrays.stream(flat(top.indices())).boxed().toList();
      int[] expected = ints(golden.tensor("indices.top" + ratio));
      assertEquals(expected.length, found.size());
      Set<Integer> both = new HashSet<>(found);
      both.retainAll(Arrays.stream(expected).boxed().toList());
      // scores next to the threshold may change places
      assertEquals(1, (double) both.size() / expected.length, 2e-3);
    }
  }

  @Test
  void theTrajectoryIsTheRecordedOne() {
    FixedPoints own =
        FixedPoints.of(
            new EraseCorrected(
                pipeline,
                List.of(json.string("concept")),
                json.string("base"),
                golden.tensor("start_noise"),
                new ScoredSteps(Scheduler.Kind.DDIM, 10, 10),
                json.number("guidance"),
                0));
    for (int i = 0; i < 10; i++) {
      Point expected = points.trajectory().getFirst().get(i);
      Point found = own.trajectory().getFirst().get(i);
      assertEquals(expected.timestep(), found.timestep());
      Golden.assertClose("latents " + i, expected.latents(), found.latents(), 5e-5);
      Golden.assertClose("base " + i, expected.target(), found.target(), 5e-5);
    }
  }

  @Test
  void theObjectiveIsTheRecordedOne() {
    double[] found = points.objectives(ERASE, pipeline.denoiser())[0];
    double[] expected = golden.tensor("objective.shrunk0.0").toDoubles();
    for (int i = 0; i < 10; i++) {
      assertEquals(expected[i], found[i], OBJECTIVE * expected[i], "step " + i);
    }
    assertEquals(json.number("objective"), points.mean(new double[][] {found}), 3e-5);
  }

  /// One of each ratio, and the top sets.
  @Test
  void knockOutsDoWhatWasRecorded() {
    List<JsonObject> rows = json.list("sets").objects();
    double before = points.mean(points.objectives(ERASE, pipeline.denoiser()));
    Conditioning base = Conditioning.of(golden.tensor("base_embedding"));
    double[] steps = golden.tensor("knockout_objective").toDoubles();
    for (int s : new int[] {2, 17, 30, 36, 38}) {
      JsonObject row = rows.get(s);
      Denoiser edited = Patch.zeroing(set(row), watched, Map.of()).apply(pipeline.denoiser());
      double[][] found = points.objectives(ERASE, edited);
      for (int i = 0; i < 10; i++) {
        double expected = steps[10 * s + i];
        assertEquals(expected, found[0][i], OBJECTIVE * expected, row.string("set"));
      }
      assertDifference(row, "true", points.mean(found) - before);
      FixedPoints moving = points.retargeted(edited, base);
      assertDifference(
          row, "true_moving_base", moving.mean(moving.objectives(ERASE, edited)) - before);
    }
  }

  private static void assertDifference(JsonObject row, String what, double found) {
    double expected = row.number(what);
    assertEquals(
        expected,
        found,
        DIFFERENCE * Math.max(1, Math.abs(expected)),
        what + " " + row.string("set"));
  }

  @Test
  void estimatesAreTheRecordedOnes() {
    assertEstimates("first_order", new FirstOrder(), "");
    assertEstimates("shrunk", new Shrunk(0.001), "0.001");
    assertEstimates("shrunk", new Shrunk(0.05), "0.05");
  }

  private static void assertEstimates(String what, Estimator estimator, String ratio) {
    AttributionResult found = attribute(estimator);
    for (JsonObject row : json.list("sets").objects()) {
      String name = row.string("set");
      if (name.startsWith("random" + ratio + (ratio.isEmpty() ? "" : "."))) {
        assertDifference(row, what, Prediction.of(found, set(row)).change());
      }
    }
  }

  private static AttributionResult attribute(Estimator estimator) {
    return new Attribution(
            points, ERASE, estimator, watched, Map.of(), null, Attribution.SAVING_SHARE)
        .run(false, Attribution.Progress.NONE);
  }
}
