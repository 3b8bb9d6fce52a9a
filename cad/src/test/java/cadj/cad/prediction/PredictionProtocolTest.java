package cadj.cad.prediction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.cad.attribution.EraseCorrected;
import cadj.cad.attribution.EraseObjective;
import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.FirstOrder;
import cadj.cad.attribution.MeanPoint;
import cadj.cad.attribution.Objective;
import cadj.cad.attribution.Point;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.edit.Units;
import cadj.cad.method.EditMethod;
import cadj.cad.prediction.PredictionSettings.Group;
import cadj.kernels.random.TorchGenerator;
import cadj.models.classifier.ResNetClassifier;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A small protocol on the embedded model, against plain loops.
class PredictionProtocolTest {
  private static final ModelFiles FILES = ModelFiles.open("fashion");
  private static final TextToImage PIPELINE = TextToImage.load(FILES);
  private static final ScoredSteps STEPS = new ScoredSteps(Scheduler.Kind.DDIM, 3, 2);
  private static final Objective ERASE = new EraseObjective(true);

  private static PredictionSettings settings(
      List<Estimator> estimators, List<Group> groups, List<Truth> truths, boolean heldOut) {
    return new PredictionSettings(
        estimators, List.of(Sites.FF), groups, truths, STEPS, 2, 3, 7, heldOut);
  }

  private static PredictionResult run(PredictionSettings settings) {
    ResNetClassifier classifier = FILES.classifier();
    return PredictionProtocol.run(PIPELINE, classifier, "bag", settings, EditMethod.Progress.NONE);
  }

  private static SequencedMap<String, Tensor> watched() {
    return PIPELINE.denoiser().parameters(List.of(Sites.FF));
  }

  private static List<Point> points(TextToImage whose, long seed) {
    Tensor noise = TextToImage.noise(PIPELINE.latentShape(2), new TorchGenerator(seed));
    EraseCorrected all = new EraseCorrected(whose, List.of("bag"), "", noise, STEPS, 3, seed);
    List<Point> out = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      Supplier<Point> walk = all.trajectory(t, 0);
      out.add(walk.get());
      out.add(walk.get());
    }
    return out;
  }

  private static Denoiser without(Map<String, int[]> set) {
    Map<String, Tensor> all = new LinkedHashMap<>(PIPELINE.denoiser().parameters());
    set.forEach(
        (name, indices) -> {
          float[] values = all.get(name).toFloats().clone();
          for (int i : indices) {
            values[i] = 0;
          }
          all.put(name, Tensor.of(values, all.get(name).shape().toArray()));
        });
    return PIPELINE.denoiser().with(all);
  }

  /// Mean over noise samples of J summed over steps, point by point.
  private static double j(List<Point> points, Denoiser denoiser, boolean moving) {
    double sum = 0;
    for (Point point : points) {
      float[] with =
          denoiser.forward(point.latents(), point.timestep(), point.concept()).toFloats();
      float[] base =
          moving
              ? denoiser
                  .forward(
                      point.latents(),
                      point.timestep(),
                      PIPELINE.text().encode(List.of(""), 64, 64))
                  .toFloats()
              : point.target().toFloats();
      for (int i = 0; i < with.length; i++) {
        sum += (double) (with[i] - base[i]) * (with[i] - base[i]) / 2;
      }
    }
    return sum;
  }

  @Test
  void rowsHoldEstimatesAndTruths() {
    Group layers = Group.layers();
    PredictionResult found =
        run(
            settings(
                List.of(new FirstOrder(), new MeanPoint(0.5, 2)),
                List.of(layers),
                List.of(Truth.FIXED, Truth.MOVING_BASE, Truth.FRESH),
                true));
    // two estimators, one of them with and without pairs, on two noises; and the ceiling
    assertEquals(3 * 3 * 2 + 3, found.rows().size());
    List<String> names = List.copyOf(watched().keySet());
    int[] all = IntStream.range(0, watched().get(names.get(5)).elements()).toArray();
    Denoiser edited = without(Map.of(names.get(5), all));
    long other = 7 + 1_000_003;
    for (PredictionRow row : found.rows()) {
      long seed = row.heldOut() ? other : 7;
      List<Point> here = points(PIPELINE, seed);
      double before = j(here, PIPELINE.denoiser(), false);
      double after =
          switch (row.truth()) {
            case FIXED -> j(here, edited, false);
            case MOVING_BASE -> j(here, edited, true);
            case FRESH -> j(points(PIPELINE.withDenoiser(edited), seed), edited, false);
            case LOGIT -> Double.NaN;
          };
      assertEquals(after - before, row.changed()[5], 1e-4, row.toString());
      assertEquals(all.length, row.sizes()[5]);
    }
    assertEquals(1, found.rows().getFirst().cost());
    PredictionRow mean =
        found.rows().stream()
            .filter(row -> row.estimator().startsWith("mean-point:"))
            .findFirst()
            .orElseThrow();
    // J(w), forward and backward at the mean point, two probes
    assertEquals((1 + 3 + 2 * 2) / 3.0, mean.cost(), 1e-12);
    assertNotEquals(
        found.rows().get(0).changed()[5], found.rows().get(3).changed()[5], "held-out noise");
  }

  @Test
  void logitsAreOfTheConceptInPicturesFromTheSameNoise() {
    PredictionResult found =
        run(
            settings(
                List.of(new FirstOrder()), List.of(Group.layers()), List.of(Truth.LOGIT), false));
    List<String> names = List.copyOf(watched().keySet());
    int[] all = IntStream.range(0, watched().get(names.get(9)).elements()).toArray();
    double expected = logit(without(Map.of(names.get(9), all))) - logit(PIPELINE.denoiser());
    assertEquals(expected, found.rows().getFirst().changed()[9], 1e-3);
    assertEquals(1, found.rows().size());
  }

  private static double logit(Denoiser denoiser) {
    return logit(denoiser, "bag", FILES.classifier().objects().indexOf("bag"));
  }

  private static double logit(Denoiser denoiser, String concept, int number) {
    Tensor pictures =
        PIPELINE
            .withDenoiser(denoiser)
            .draw(
                List.of(concept, concept),
                null,
                TextToImage.noise(PIPELINE.latentShape(2), new TorchGenerator(7)),
                new TextToImage.Settings(3, 3, Scheduler.Kind.DDIM),
                Scheduler.Noise.NONE,
                TextToImage.Progress.NONE);
    Tensor logits = FILES.classifier().forward(pictures);
    return (logits.get(0, number) + logits.get(1, number)) / 2;
  }

  /// The prediction with pairs less the one without is λ times what pairs do to each probe.
  @Test
  void pairsAreAddedByTheirShare() {
    double p = 0.3;
    int probes = 2;
    Group group = Group.random(Granularity.WEIGHT, p, 3);
    PredictionResult found =
        run(
            settings(
                List.of(new MeanPoint(0.9, probes)), List.of(group), List.of(Truth.FIXED), false));
    double[] without = found.rows().get(0).predicted();
    double[] with = found.rows().get(1).predicted();
    assertEquals("mean-point+pairs:p=0.3,probes=2", found.rows().get(1).estimator());
    WeightSet set = WeightSets.random(watched(), p, 3, setSeed(7, 0)).get(1);
    SequencedMap<String, Tensor> mean = new LinkedHashMap<>();
    Map<String, Tensor> all = new HashMap<>(PIPELINE.denoiser().parameters());
    watched()
        .forEach(
            (name, w) -> {
              float[] values = w.toFloats().clone();
              for (int i = 0; i < values.length; i++) {
                values[i] *= (float) (1 - p);
              }
              mean.put(name, Tensor.of(values, w.shape().toArray()));
            });
    all.putAll(mean);
    Denoiser there = PIPELINE.denoiser().with(all);
    double pairs = 0;
    for (Point point : points(PIPELINE, 7)) {
      SplittableRandom seeds = new SplittableRandom(point.seed());
      for (int k = 0; k < probes; k++) {
        SplittableRandom signs = new SplittableRandom(seeds.nextLong());
        float[] v = new float[256];
        for (int i = 0; i < v.length; i++) {
          v[i] = signs.nextLong() < 0 ? -1 : 1;
        }
        pairs += pairs(point, there, mean, v, p, set);
      }
    }
    double expected = probes / (probes + 16.0) * pairs / probes / 2;
    assertEquals(expected, with[1] - without[1], 1e-3 * Math.abs(expected));
  }

  private static long setSeed(long seed, int group) {
    SplittableRandom random = new SplittableRandom(seed);
    long out = 0;
    for (int i = 0; i <= group; i++) {
      out = random.nextLong();
    }
    return out;
  }

  private static double pairs(
      Point point,
      Denoiser there,
      SequencedMap<String, Tensor> mean,
      float[] v,
      double p,
      WeightSet set) {
    return Tape.record(
        mean.values(),
        tape -> {
          Tensor r = ERASE.residual(there, point);
          Gradients u = tape.backward(r, Tensor.of(v, r.shape().toArray()));
          double sum = 0;
          double squares = 0;
          for (Map.Entry<String, Tensor> one : watched().entrySet()) {
            double[] w = one.getValue().toDoubles();
            double[] gradient = u.of(mean.get(one.getKey())).toDoubles();
            boolean[] in = new boolean[w.length];
            for (int i : set.indices().get(one.getKey())) {
              in[i] = true;
            }
            for (int i = 0; i < w.length; i++) {
              double each = -w[i] * ((in[i] ? 1 : 0) - p) * gradient[i];
              sum += each;
              squares += each * each;
            }
          }
          return sum * sum - squares;
        });
  }

  /// Whole neurons, each about as often as asked for, and never a part of one.
  @Test
  void randomNeuronsAreWhole() {
    Group group = Group.random(Granularity.NEURON, 0.25, 3);
    PredictionResult found =
        run(
            settings(
                List.of(new FirstOrder()),
                List.of(group, Group.top(Granularity.NEURON, List.of(0.1, 0.2, 0.3))),
                List.of(Truth.FIXED),
                false));
    PredictionRow random = found.rows().getFirst();
    assertEquals("random neuron 0.25", random.group());
    long all = watched().values().stream().mapToLong(Tensor::elements).sum();
    for (int size : random.sizes()) {
      assertEquals(0.25, (double) size / all, 0.05);
    }
    WeightSet set =
        WeightSets.randomUnits(
                watched(), Granularity.NEURON, Units.neurons(watched()), 0.25, 1, setSeed(7, 0))
            .getFirst();
    assertEquals(random.sizes()[0], set.size());
    set.indices()
        .forEach(
            (name, indices) -> {
              if (name.endsWith("net.2.weight")) {
                int columns = watched().get(name).dim(1);
                Map<Integer, Long> perColumn = new HashMap<>();
                for (int i : indices) {
                  perColumn.merge(i % columns, 1L, Long::sum);
                }
                perColumn.forEach(
                    (column, count) -> assertEquals(watched().get(name).dim(0), count, name));
              }
            });
    // top sets grow, and their own midpoints are among the estimates
    PredictionRow top = found.rows().get(1);
    assertEquals("top neuron", top.group());
    assertTrue(top.sizes()[0] < top.sizes()[1] && top.sizes()[1] < top.sizes()[2]);
    assertEquals("set-midpoint, own", found.rows().get(2).estimator());
  }

  @Test
  void jsonHasFiguresAndPoints() {
    PredictionResult found =
        run(
            settings(
                List.of(new FirstOrder()), List.of(Group.layers()), List.of(Truth.FIXED), true));
    Map<String, Object> json = found.json();
    assertEquals("bag", json.get("concept"));
    assertTrue(json.get("settings").toString().contains("held_out=true"), json::toString);
    assertEquals(
        List.of("estimator", "group", "truth", "noise", "cost", "sets"),
        found.rows().getFirst().json().keySet().stream().limit(6).toList());
    assertEquals("held-out", found.rows().get(1).json().get("noise"));
    assertEquals("unknown", found.rows().get(2).json().get("cost"));
    PredictionRow row = found.rows().getFirst();
    assertEquals(14, ((List<?>) row.json().get("points")).size());
    double bias = Arrays.stream(row.predicted()).sum() - Arrays.stream(row.changed()).sum();
    assertEquals(bias / 14, (double) row.json().get("bias"), 1e-9);
    assertArrayEquals(row.sizes(), (int[]) row.json().get("sizes"));
  }

  /// Styles come behind the objects in the classifier's logits.
  @Test
  void logitsOfAStyleAreBehindThoseOfObjects() {
    PredictionSettings settings =
        settings(List.of(), List.of(Group.layers()), List.of(Truth.LOGIT), false);
    TrueEffects effects =
        new TrueEffects(PIPELINE, FILES.classifier(), "blueprint", settings, ERASE, 7);
    List<String> names = List.copyOf(watched().keySet());
    int[] all = IntStream.range(0, watched().get(names.get(9)).elements()).toArray();
    Denoiser edited = without(Map.of(names.get(9), all));
    ResNetClassifier classifier = FILES.classifier();
    int number = classifier.objects().size() + classifier.styles().indexOf("blueprint");
    double expected = logit(edited, "blueprint", number);
    expected -= logit(PIPELINE.denoiser(), "blueprint", number);
    assertEquals(expected, effects.of(Truth.LOGIT, edited), 1e-3);
    assertTrue(Math.abs(expected) > 0.005, "an effect: " + expected);
    assertEquals(
        "truth logit: the classifier knows no \"dog\"",
        refused(
            () -> PredictionProtocol.requireMeasurable(List.of(Truth.LOGIT), classifier, "dog")));
    assertEquals(
        "truth logit: this model has no classifier",
        refused(() -> PredictionProtocol.requireMeasurable(List.of(Truth.LOGIT), null, "bag")));
    PredictionProtocol.requireMeasurable(List.of(Truth.FIXED, Truth.FRESH), null, "dog");
  }

  private static String refused(Runnable work) {
    return assertThrows(IllegalArgumentException.class, work::run).getMessage();
  }

  /// Whole heads: rows of queries, keys and values and columns of what reads them, all or none.
  @Test
  void randomHeadsAreWhole() {
    Group group = Group.random(Granularity.HEAD, 0.4, 3);
    PredictionSettings settings =
        settings(List.of(new FirstOrder()), List.of(group), List.of(Truth.FIXED), false)
            .with(List.of(Sites.ATTENTION), List.of(Truth.FIXED), List.of(group));
    PredictionRow row = run(settings).rows().getFirst();
    assertEquals("random head 0.4", row.group());
    SequencedMap<String, Tensor> attention =
        PIPELINE.denoiser().parameters(List.of(Sites.ATTENTION));
    WeightSet set =
        WeightSets.randomUnits(
                attention,
                Granularity.HEAD,
                Units.heads(attention, PIPELINE.denoiser()::heads),
                0.4,
                1,
                setSeed(7, 0))
            .getFirst();
    assertEquals(row.sizes()[0], set.size());
    Map<String, boolean[]> byBlock = new HashMap<>();
    set.indices()
        .forEach(
            (name, indices) -> {
              Tensor w = attention.get(name);
              int heads = PIPELINE.denoiser().heads(name);
              boolean reads = name.contains("to_out");
              int width = w.dim(reads ? 1 : 0) / heads;
              int[] count = new int[heads];
              for (int i : indices) {
                count[(reads ? i % w.dim(1) : i / w.dim(1)) / width]++;
              }
              boolean[] gone = new boolean[heads];
              for (int h = 0; h < heads; h++) {
                assertTrue(count[h] == 0 || count[h] == w.elements() / heads, name + " " + h);
                gone[h] = count[h] > 0;
              }
              String block = name.substring(0, name.lastIndexOf(".to_"));
              boolean[] others = byBlock.putIfAbsent(block, gone);
              assertArrayEquals(others == null ? gone : others, gone, block);
            });
    assertTrue(byBlock.size() > 3, "attentions with heads that went: " + byBlock.size());
    assertEquals(
        "sets: no head in the sites that are scored",
        refused(
            () ->
                run(
                    settings(
                        List.of(new FirstOrder()), List.of(group), List.of(Truth.FIXED), false))));
  }
}
