package cadj.cad.overlap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.AttributionScores;
import cadj.cad.overlap.Overlap.Agreement;
import cadj.cad.overlap.Overlap.Pair;
import cadj.cad.overlap.Overlap.Top;
import cadj.cad.statistics.Spearman;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Top sets against a plain sort, ranks against a plain count.
class AttributionComparisonTest {
  @TempDir private Path folder;

  private AttributionScores file(String name, SequencedMap<String, Tensor> scores) {
    return ScoreFiles.open(folder.resolve(name), scores, ScoreFiles.metadata(name));
  }

  /// The first of the k largest that are above 0, equal ones in order.
  private static Set<Integer> top(float[] scores, int sign, int k) {
    return new TreeSet<>(
        IntStream.range(0, scores.length)
            .boxed()
            .sorted((i, j) -> Float.compare(sign * scores[j] + 0f, sign * scores[i] + 0f))
            .limit(k)
            .filter(i -> sign * scores[i] > 0)
            .toList());
  }

  private static void assertSets(String what, SetOverlap found, Set<Integer> a, Set<Integer> b) {
    Set<Integer> both = new TreeSet<>(a);
    both.retainAll(b);
    assertEquals(a.size(), found.a(), what);
    assertEquals(b.size(), found.b(), what);
    assertEquals(both.size(), found.both(), what);
    Set<Integer> either = new TreeSet<>(a);
    either.addAll(b);
    assertEquals((double) both.size() / either.size(), found.jaccard(), what);
  }

  private static double rho(float[] x, float[] y) {
    double[] rx = ranks(x);
    double[] ry = ranks(y);
    double mean = (x.length + 1) / 2.0;
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (rx[i] - mean) * (ry[i] - mean);
      xx += (rx[i] - mean) * (rx[i] - mean);
      yy += (ry[i] - mean) * (ry[i] - mean);
    }
    return xy / Math.sqrt(xx * yy);
  }

  private static double[] ranks(float[] x) {
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int less = 0;
      int equal = 0;
      for (float other : x) {
        less += other < x[i] ? 1 : 0;
        equal += other == x[i] ? 1 : 0;
      }
      out[i] = less + (equal + 1) / 2.0;
    }
    return out;
  }

  private static void assertAgreement(Agreement found, List<float[]> scores) {
    int n = scores.getFirst().length;
    assertEquals(n, found.weights());
    assertEquals(n, found.ranked());
    int pairs = 0;
    for (int a = 0; a < scores.size(); a++) {
      for (int b = a + 1; b < scores.size(); b++) {
        Pair pair = new Pair(a, b);
        for (double share : new double[] {0.001, 0.01, 0.05}) {
          for (Sign sign : Sign.values()) {
            int factor = sign == Sign.POSITIVE ? 1 : -1;
            int k = (int) (share * n);
            assertSets(
                found.name() + pair + share + sign,
                found.sets().get(pair).get(new Top(share, sign)),
                top(scores.get(a), factor, k),
                top(scores.get(b), factor, k));
          }
        }
        assertEquals(rho(scores.get(a), scores.get(b)), found.rho().get(pair), 1e-12);
        pairs++;
      }
    }
    assertEquals(pairs, found.rho().size());
  }

  @Test
  void setsAndRanksOfLayersAndOfTheWhole() {
    List<SequencedMap<String, Tensor>> scores =
        List.of(ScoreFiles.random(1), ScoreFiles.random(2), ScoreFiles.random(3));
    // the third has few above 0 in one layer, and the first's order in parts of the other
    float[] few = new float[1500];
    Arrays.fill(few, -1);
    few[7] = 2;
    few[1400] = 1;
    scores.get(2).put("a", Tensor.of(few, 1500));
    float[] mixed = scores.get(0).get("z").toFloats();
    System.arraycopy(scores.get(2).get("z").toFloats(), 0, mixed, 600, 900);
    scores.get(2).put("z", Tensor.of(mixed, 40, 60));
    List<AttributionScores> files = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      files.add(file("f" + i, scores.get(i)));
    }
    Overlap overlap = AttributionComparison.of(files);
    assertEquals(List.of("z", "a"), overlap.layers().stream().map(Agreement::name).toList());
    for (Agreement layer : overlap.layers()) {
      assertAgreement(layer, scores.stream().map(its -> its.get(layer.name()).toFloats()).toList());
    }
    List<float[]> whole = new ArrayList<>();
    for (SequencedMap<String, Tensor> its : scores) {
      float[] all = Arrays.copyOf(its.get("z").toFloats(), 3900);
      System.arraycopy(its.get("a").toFloats(), 0, all, 2400, 1500);
      whole.add(all);
    }
    assertAgreement(overlap.whole(), whole);
    assertEquals(List.of(), overlap.notes());
    assertEquals("f1", overlap.files().get(1).concept());
    files.forEach(AttributionScores::close);
  }

  @Test
  void randomSetsHaveWhatChanceGives() {
    SetOverlap sets = new SetOverlap(1000, 100, 50, 40);
    assertEquals(40 / 110.0, sets.jaccard(), 1e-15);
    assertEquals(5 / 145.0, sets.chance(), 1e-15);
    assertTrue(Double.isNaN(new SetOverlap(1000, 0, 0, 0).jaccard()));
  }

  /// More weights than are ranked: the sample is that of [SampledPlaces], over both parameters.
  @Test
  void ranksOfManyWeightsAreSampled() {
    int n = 700_000;
    SplittableRandom random = new SplittableRandom(5);
    List<AttributionScores> files = new ArrayList<>();
    List<float[]> all = List.of(new float[2 * n], new float[2 * n]);
    for (int i = 0; i < 2 * n; i++) {
      float x = (float) random.nextGaussian();
      all.get(0)[i] = x;
      all.get(1)[i] = x + (i < n ? 1 : 2) * (float) random.nextGaussian();
    }
    for (int f = 0; f < 2; f++) {
      SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
      scores.put("b", Tensor.of(Arrays.copyOf(all.get(f), n), n));
      scores.put("a", Tensor.of(Arrays.copyOfRange(all.get(f), n, 2 * n), n));
      files.add(file("big" + f, scores));
    }
    Overlap overlap = AttributionComparison.of(files);
    assertEquals(SampledPlaces.MOST, overlap.whole().ranked());
    assertEquals(2L * n, overlap.whole().weights());
    Pair pair = new Pair(0, 1);
    double[][] sampled = new double[2][SampledPlaces.MOST];
    long[] places = SampledPlaces.of(2L * n);
    for (int i = 0; i < places.length; i++) {
      sampled[0][i] = all.get(0)[(int) places[i]];
      sampled[1][i] = all.get(1)[(int) places[i]];
    }
    assertEquals(Spearman.rho(sampled[0], sampled[1]), overlap.whole().rho().get(pair));
    assertEquals(n, overlap.layers().get(1).ranked());
    assertEquals(14_000, overlap.whole().sets().get(pair).get(new Top(0.01, Sign.NEGATIVE)).b());
    files.forEach(AttributionScores::close);
  }

  /// Two ranks agree or not, whatever the scores.
  @Test
  void twoScoresHaveNoRankCorrelation() {
    List<AttributionScores> files = new ArrayList<>();
    for (int f = 0; f < 2; f++) {
      SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
      scores.put("a", Tensor.of(new float[] {1, 2 + f}, 2));
      scores.put("b", Tensor.of(new float[] {1, 2, 3 + f}, 3));
      files.add(file("few" + f, scores));
    }
    Overlap overlap = AttributionComparison.of(files);
    Pair pair = new Pair(0, 1);
    assertTrue(Double.isNaN(overlap.layers().get(0).rho().get(pair)));
    assertEquals(1, overlap.layers().get(1).rho().get(pair), 1e-12);
    List<String> lines = OverlapText.lines(overlap);
    assertEquals(1, lines.stream().filter(line -> line.endsWith(" –")).count(), lines::toString);
    files.forEach(AttributionScores::close);
  }

  @Test
  void placesAreOneOfEachStretch() {
    assertEquals(List.of(0L, 1L, 2L), Arrays.stream(SampledPlaces.of(3)).boxed().toList());
    long n = 5L * SampledPlaces.MOST + 3;
    long[] places = SampledPlaces.of(n);
    assertEquals(SampledPlaces.MOST, places.length);
    for (int i = 1; i < places.length; i++) {
      assertTrue(places[i - 1] < places[i] && places[i] < n);
      assertTrue(Math.abs(places[i] - (i + 0.5) * n / SampledPlaces.MOST) < 4);
    }
    assertTrue(Arrays.equals(places, SampledPlaces.of(n)));
  }

  @Test
  void onlyAttributionsOfOneModelAreCompared() {
    AttributionScores first = file("first", ScoreFiles.random(1));
    for (String key : List.of("model_sha256", "sites")) {
      Map<String, String> metadata = ScoreFiles.metadata("c");
      metadata.put(key, "other");
      AttributionScores other =
          ScoreFiles.open(folder.resolve("o-" + key), ScoreFiles.random(1), metadata);
      String expected = first.metadata().get(key);
      assertEquals(
          "%s: __metadata__.%s: expected \"%s\" as in %s, found \"other\""
              .formatted(other.path(), key, expected, first.path()),
          message(first, other));
    }
    SequencedMap<String, Tensor> fewer = ScoreFiles.random(1);
    fewer.remove("a");
    AttributionScores lacks = file("lacks", fewer);
    assertEquals(
        "%s: score/a: expected scores, as in %s, found none".formatted(lacks.path(), first.path()),
        message(first, lacks));
    assertEquals(
        "%s: score/a: expected no such scores, as in %s, found some"
            .formatted(first.path(), lacks.path()),
        message(lacks, first));
    SequencedMap<String, Tensor> turned = ScoreFiles.random(1);
    turned.put("z", turned.get("z").reshape(60, 40));
    AttributionScores shaped = file("shaped", turned);
    assertEquals(
        "%s: score/z: expected [40,60] as in %s, found [60,40]"
            .formatted(shaped.path(), first.path()),
        message(first, shaped));
    assertThrows(IllegalArgumentException.class, () -> AttributionComparison.of(List.of(first)));
  }

  @Test
  void otherSettingsAreTold() {
    Map<String, String> metadata = ScoreFiles.metadata("c");
    metadata.put("mode", "reference");
    AttributionScores first = file("first", ScoreFiles.random(1));
    AttributionScores other =
        ScoreFiles.open(folder.resolve("other"), ScoreFiles.random(1), metadata);
    Overlap overlap = AttributionComparison.of(List.of(first, other));
    assertEquals(List.of("mode differs: corrected, reference"), overlap.notes());
    Pair pair = new Pair(0, 1);
    assertEquals(1, overlap.whole().rho().get(pair), 1e-12);
    assertEquals(1, overlap.whole().sets().get(pair).get(new Top(0.05, Sign.POSITIVE)).jaccard());
  }

  private static String message(AttributionScores first, AttributionScores other) {
    return assertThrows(
            FileFormatException.class, () -> AttributionComparison.of(List.of(first, other)))
        .getMessage();
  }
}
