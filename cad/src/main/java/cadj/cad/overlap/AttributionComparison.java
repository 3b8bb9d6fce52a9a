package cadj.cad.overlap;

import static cadj.cad.overlap.Overlap.SHARES;
import static java.util.Objects.requireNonNull;

import cadj.cad.attribution.AttributionScores;
import cadj.cad.overlap.Overlap.Agreement;
import cadj.cad.overlap.Overlap.Pair;
import cadj.cad.overlap.Overlap.Scored;
import cadj.cad.overlap.Overlap.Top;
import cadj.cad.overlap.TopBound.Members;
import cadj.cad.statistics.Pearson;
import cadj.cad.statistics.Ranks;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Compares attributions parameter by parameter, of which one's scores are in memory at a time.
public final class AttributionComparison {
  /// Scores that are ranked at least: the ranks of two always agree wholly, or not at all.
  private static final int FEWEST = 3;

  private final List<AttributionScores> files;
  private final List<Pair> pairs = new ArrayList<>();

  /// By file: which weights are on top of the whole model.
  private final List<Map<Top, Members>> onTop = new ArrayList<>();

  private final Map<Pair, Map<Top, SetOverlap>> whole = new LinkedHashMap<>();

  /// By file: scores of the places at which ranks are compared.
  private final List<double[]> sampled = new ArrayList<>();

  private long[] places = {};
  private int sampledSoFar;
  private long done;

  private AttributionComparison(List<AttributionScores> files) {
    this.files = files;
    for (int a = 0; a < files.size(); a++) {
      for (int b = a + 1; b < files.size(); b++) {
        pairs.add(new Pair(a, b));
      }
    }
  }

  /// @param files two or more, which [Fit] lets pass
  public static Overlap of(List<AttributionScores> files) {
    return new AttributionComparison(files).run(Fit.differences(files));
  }

  private Overlap run(List<String> notes) {
    List<String> names = files.getFirst().parameters();
    long n = names.stream().mapToLong(name -> files.getFirst().shape(name).elements()).sum();
    places = SampledPlaces.of(n);
    for (AttributionScores file : files) {
      onTop.add(members(() -> names.stream().map(file::of).iterator(), n));
      sampled.add(new double[places.length]);
    }
    List<Agreement> layers = new ArrayList<>();
    for (String name : names) {
      layers.add(layer(name, files.stream().map(file -> file.of(name)).toList()));
    }
    return new Overlap(
        files.stream()
            .map(
                file ->
                    new Scored(file.path().toString(), file.metadata().getOrDefault("concept", "")))
            .toList(),
        notes,
        new Agreement("", n, places.length, whole, rho(sampled)),
        layers);
  }

  /// What is on top of `n` scores.
  private static Map<Top, Members> members(Iterable<float[]> scores, long n) {
    Map<Top, Members> out = new LinkedHashMap<>();
    for (Sign sign : Sign.values()) {
      long[] sizes = SHARES.stream().mapToLong(share -> (long) (share * n)).toArray();
      List<TopBound> bounds = TopBound.of(scores, sign, sizes);
      for (int i = 0; i < sizes.length; i++) {
        out.put(new Top(SHARES.get(i), sign), new Members(bounds.get(i), sign));
      }
    }
    return out;
  }

  /// @param scores of each file
  private Agreement layer(String name, List<float[]> scores) {
    int n = scores.getFirst().length;
    List<Map<Top, Members>> onTopHere =
        scores.stream().map(its -> members(List.of(its), n)).toList();
    Map<Pair, Map<Top, SetOverlap>> sets = new LinkedHashMap<>();
    for (Top top : onTopHere.getFirst().keySet()) {
      List<BitSet> own = new ArrayList<>();
      List<BitSet> ofWhole = new ArrayList<>();
      for (int file = 0; file < scores.size(); file++) {
        own.add(requireNonNull(onTopHere.get(file).get(top)).next(scores.get(file)));
        ofWhole.add(requireNonNull(onTop.get(file).get(top)).next(scores.get(file)));
      }
      for (Pair pair : pairs) {
        sets.computeIfAbsent(pair, p -> new LinkedHashMap<>())
            .put(top, SetOverlap.of(n, own.get(pair.a()), own.get(pair.b())));
        whole
            .computeIfAbsent(pair, p -> new LinkedHashMap<>())
            .merge(
                top,
                SetOverlap.of(n, ofWhole.get(pair.a()), ofWhole.get(pair.b())),
                SetOverlap::plus);
      }
    }
    sample(scores);
    long[] here = SampledPlaces.of(n);
    List<double[]> ranked = new ArrayList<>();
    for (float[] its : scores) {
      double[] values = new double[here.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = its[(int) here[i]];
      }
      ranked.add(values);
    }
    return new Agreement(name, n, here.length, sets, rho(ranked));
  }

  /// Notes the scores of the whole model's places that lie in this parameter.
  private void sample(List<float[]> scores) {
    int n = scores.getFirst().length;
    while (sampledSoFar < places.length && places[sampledSoFar] < done + n) {
      int at = (int) (places[sampledSoFar] - done);
      for (int file = 0; file < scores.size(); file++) {
        sampled.get(file)[sampledSoFar] = scores.get(file)[at];
      }
      sampledSoFar++;
    }
    done += n;
  }

  private Map<Pair, Double> rho(List<double[]> scores) {
    Map<Pair, Double> out = new LinkedHashMap<>();
    boolean enough = scores.getFirst().length >= FEWEST;
    List<double[]> ranks = enough ? scores.stream().map(Ranks::of).toList() : List.of();
    for (Pair pair : pairs) {
      out.put(pair, enough ? Pearson.r(ranks.get(pair.a()), ranks.get(pair.b())) : Double.NaN);
    }
    return out;
  }
}
