package cadj.cad.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Against pytorch-fid and torchmetrics.
@GoldenTest
class SetMetricsGoldenTest {
  private static final double EXACT = 1e-9;
  private static final double RANK_DEFICIENT = 1e-6;

  private record Case(JsonObject json, double[][] a, double[][] b, long[][] ofA, long[][] ofB) {
    String name() {
      return json.string("case");
    }

    /// What a relative tolerance is of: identical sets have a distance of 0.
    double scale() {
      return json.number("trace1") + json.number("trace2");
    }

    double tolerance() {
      boolean full = Math.min(json.integer("n1"), json.integer("n2")) > json.integer("d");
      return (full ? EXACT : RANK_DEFICIENT) * scale();
    }
  }

  @Test
  void fid() {
    forEach(
        each -> {
          double fid = Fid.of(each.a(), each.b());
          double exact = each.json().number("fid_exact");
          assertEquals(exact, fid, EXACT * each.scale(), each.name());
          assertEquals(each.json().number("fid"), fid, each.tolerance(), each.name());
          assertEquals(fid, Fid.of(each.b(), each.a()), EXACT * each.scale(), each.name());
        });
  }

  /// Features that are 0 in every picture add nothing, wherever they stand.
  @Test
  void deadFeaturesAddNothing() {
    forEach(
        each ->
            assertEquals(
                Fid.of(each.a(), each.b()),
                Fid.of(withDead(each.a()), withDead(each.b())),
                EXACT * each.scale(),
                each.name()));
  }

  private static double[][] withDead(double[][] rows) {
    double[][] out = new double[rows.length][rows[0].length + 3];
    for (int n = 0; n < rows.length; n++) {
      System.arraycopy(rows[n], 0, out[n], 1, rows[n].length);
    }
    return out;
  }

  @Test
  void fidOfMoments() {
    forEach(
        each -> {
          Moments a = Moments.of(each.a());
          Moments b = Moments.of(each.b());
          double fid = Fid.of(a, b);
          assertEquals(each.json().number("trace1"), trace(a), 1e-12 * trace(a), each.name());
          assertEquals(each.json().number("fid"), fid, each.tolerance(), each.name());
          // the published rule for roots that are not finite: 1e-6 in the root, not in the traces
          double raised = Fid.of(raised(a), raised(b)) - 2e-6 * a.mean().length;
          double withEps = each.json().number("fid_with_eps");
          assertEquals(withEps, raised, EXACT * each.scale(), each.name());
        });
  }

  private static Moments raised(Moments moments) {
    double[][] covariance = new double[moments.mean().length][];
    for (int i = 0; i < covariance.length; i++) {
      covariance[i] = moments.covariance()[i].clone();
      covariance[i][i] += 1e-6;
    }
    return new Moments(moments.mean(), covariance);
  }

  private static double trace(Moments moments) {
    double trace = 0;
    for (int i = 0; i < moments.mean().length; i++) {
      trace += moments.covariance()[i][i];
    }
    return trace;
  }

  /// On the recorded subsets, and on all.
  @Test
  void kid() {
    forEach(
        each -> {
          double[] values = each.json().list("kid").numbers();
          double scale = Arrays.stream(values).map(Math::abs).max().orElseThrow();
          double mean = 0;
          for (int i = 0; i < values.length; i++) {
            double[][] a = some(each.a(), each.ofA()[i]);
            double value = Kid.unbiased(a, some(each.b(), each.ofB()[i]));
            assertEquals(values[i], value, 1e-12 * Math.max(1, scale), each.name());
            mean += value / values.length;
          }
          assertEquals(each.json().number("kid_mean"), mean, 1e-12 * scale, each.name());
          double all = each.json().number("kid_unbiased_all");
          assertEquals(all, Kid.unbiased(each.a(), each.b()), 1e-12 * scale, each.name());
        });
  }

  private static double[][] some(double[][] all, long... numbers) {
    return Arrays.stream(numbers).mapToObj(n -> all[(int) n]).toArray(double[][]::new);
  }

  private static void forEach(Consumer<Case> test) {
    try (SafetensorsFile golden = Golden.open("metrics/fid_kid.safetensors")) {
      for (JsonObject json : JsonFile.readList(Golden.require("metrics/fid_kid.json")).objects()) {
        String name = json.string("case");
        test.accept(
            new Case(
                json,
                rows(golden.tensor(name + "/a")),
                rows(golden.tensor(name + "/b")),
                numbers(golden.tensor(name + "/kid_subsets_a")),
                numbers(golden.tensor(name + "/kid_subsets_b"))));
        Golden.count(1);
      }
    }
  }

  private static double[][] rows(Tensor tensor) {
    double[] all = tensor.toDoubles();
    int width = tensor.dim(1);
    double[][] rows = new double[tensor.dim(0)][];
    for (int n = 0; n < rows.length; n++) {
      rows[n] = Arrays.copyOfRange(all, n * width, (n + 1) * width);
    }
    return rows;
  }

  private static long[][] numbers(Tensor tensor) {
    return Arrays.stream(rows(tensor))
        .map(row -> Arrays.stream(row).mapToLong(value -> (long) value).toArray())
        .toArray(long[][]::new);
  }
}
