package cadj.cad.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/// Against SciPy.
@GoldenTest
class StatisticsGoldenTest {
  private static final double FIGURE = 1e-10;
  private static final double P = 1e-8;

  @Test
  void correlations() {
    for (JsonObject each : golden().list("correlation").objects()) {
      String kind = each.string("kind");
      double[] x = each.list("x").numbers();
      double[] y = each.list("y").numbers();
      Pearson pearson = Pearson.of(x, y);
      assertEquals(each.number("pearson"), pearson.r(), FIGURE, kind);
      assertEquals(each.number("pearson_p"), pearson.p(), P, kind);
      if (each.has("pearson_ci95")) {
        assertInterval(kind, each.list("pearson_ci95"), pearson.fisher(0.95));
      }
      Spearman spearman = Spearman.of(x, y);
      assertEquals(each.number("spearman"), spearman.rho(), FIGURE, kind);
      assertEquals(each.number("spearman_p"), spearman.p(), P, kind);
      assertArrayEquals(each.list("ranks_x").numbers(), Ranks.of(x), kind);
      assertArrayEquals(each.list("ranks_y").numbers(), Ranks.of(y), kind);
      assertEquals(each.number("kendall_tau_b"), Kendall.tauB(x, y), FIGURE, kind);
      Golden.count(1);
    }
  }

  @Test
  void bootstraps() {
    for (JsonObject each : golden().list("bootstrap").objects()) {
      String name = each.string("statistic");
      double[] x = each.list("x").numbers();
      double[] y = each.has("y") ? each.list("y").numbers() : new double[0];
      ToDoubleFunction<int[]> statistic =
          switch (name) {
            case "mean" -> draw -> Sample.mean(Sample.at(x, draw));
            case "median" -> draw -> Sample.median(Sample.at(x, draw));
            case "pearson" -> draw -> Pearson.r(Sample.at(x, draw), Sample.at(y, draw));
            default -> throw new AssertionError(name);
          };
      Bootstrap bootstrap = Bootstrap.of(Resamples.given(x.length, indices(each)), statistic);
      assertEquals(each.number("estimate"), bootstrap.estimate(), FIGURE, name);
      assertEquals(each.number("standard_error"), bootstrap.standardError(), FIGURE, name);
      JsonObject intervals = each.object("ci95");
      assertInterval(name, intervals.list("percentile"), bootstrap.percentile(0.95));
      assertInterval(name, intervals.list("basic"), bootstrap.basic(0.95));
      assertInterval(name, intervals.list("BCa"), bootstrap.bca(0.95));
      Golden.count(1);
    }
  }

  @Test
  void proportions() {
    for (JsonObject each : golden().list("proportions").objects()) {
      Proportion share = new Proportion(each.integer("k"), each.integer("n"));
      assertInterval(share + " wilson", each.list("wilson95"), share.wilson(0.95));
      assertInterval(share + " exact", each.list("exact95"), share.exact(0.95));
      Golden.count(1);
    }
  }

  private static JsonObject golden() {
    return JsonFile.read(Golden.require("metrics/stats.json"));
  }

  private static int[][] indices(JsonObject each) {
    JsonList draws = each.list("indices");
    int[][] out = new int[draws.size()][];
    for (int i = 0; i < out.length; i++) {
      out[i] = draws.get(i).list().integers();
    }
    return out;
  }

  private static void assertInterval(String what, JsonList expected, Interval actual) {
    assertTrue(actual.isKnown(), what);
    assertArrayEquals(expected.numbers(), new double[] {actual.low(), actual.high()}, FIGURE, what);
  }
}
