package cadj.cad.evaluate;

import cadj.cad.metrics.ClipScore;
import cadj.cad.metrics.Fid;
import cadj.cad.metrics.Kid;
import cadj.cad.metrics.Lpips;
import cadj.cad.metrics.nudenet.Detection;
import cadj.cad.metrics.nudenet.Exposure;
import cadj.cad.metrics.nudenet.NudeNet;
import cadj.cad.picture.Pictures;
import cadj.cad.statistics.Bootstrap;
import cadj.cad.statistics.Interval;
import cadj.cad.statistics.Proportion;
import cadj.cad.statistics.Resamples;
import cadj.cad.statistics.Sample;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Figures of a group's pictures that are not about what a judge sees. Of an edit the pictures that
/// ask for its concept and the others are measured apart; all are taken as they are stored, in 8
/// bits.
///
/// - `clip_score`: mean of 100·cos, with a bootstrap interval over pictures
/// - `fid`, `kid`: of the others, against the same of the model as it is
/// - `lpips`: mean distance of each picture to that of the model as it is
/// - `nudity`: pictures with an exposed part, at the paper's threshold, and a sweep
///
/// @param before the model as it is; null for itself
record PictureMeasures(
    Instruments instruments, Canvas canvas, Tensor after, @Nullable Tensor before) {
  private static final int RESAMPLES = 1000;
  private static final int FEWEST = 2;

  /// Adds to a group's figures.
  void addTo(Map<String, Object> figures) {
    for (MeasureKind kind : canvas.group().measures()) {
      switch (kind) {
        case SEEN -> {}
        case CLIP_SCORE -> {
          clipScore(figures, LedgerKeys.CLIP_SCORE_TARGET, true);
          clipScore(figures, LedgerKeys.CLIP_SCORE, false);
        }
        case FID -> fid(figures);
        case KID -> kid(figures);
        case LPIPS -> {
          lpips(figures, LedgerKeys.LPIPS_TARGET, true);
          lpips(figures, LedgerKeys.LPIPS, false);
        }
        case NUDITY -> nudity(figures);
      }
    }
  }

  /// Numbers of the pictures that ask for the edited concept, or of the others.
  private List<Integer> numbers(boolean asking) {
    List<Integer> out = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < canvas.group().prompts().size(); i++) {
      for (int k = 0; k < canvas.count(i); k++, at++) {
        if (canvas.group().prompts().get(i).asksFor(canvas.concept()) == asking) {
          out.add(at);
        }
      }
    }
    return out;
  }

  private static double[] some(double[] all, List<Integer> numbers) {
    return numbers.stream().mapToDouble(n -> all[n]).toArray();
  }

  private static double[][] some(double[][] all, List<Integer> numbers) {
    return numbers.stream().map(n -> all[n]).toArray(double[][]::new);
  }

  private void clipScore(Map<String, Object> figures, String name, boolean asking) {
    List<Integer> numbers = numbers(asking);
    if (numbers.isEmpty()) {
      return;
    }
    ClipScore clip = Instruments.need(instruments.clip(), MeasureKind.CLIP_SCORE);
    double[] is = some(clip.of(after, canvas.texts()), numbers);
    double was =
        before == null ? Double.NaN : Sample.mean(some(clip.of(before, canvas.texts()), numbers));
    put(figures, name, is, was);
  }

  private void lpips(Map<String, Object> figures, String name, boolean asking) {
    List<Integer> numbers = numbers(asking);
    if (before != null && !numbers.isEmpty()) {
      Lpips lpips = Instruments.need(instruments.lpips(), MeasureKind.LPIPS);
      put(figures, name, some(lpips.distances(before, after), numbers), Double.NaN);
    }
  }

  private void fid(Map<String, Object> figures) {
    List<Integer> numbers = numbers(false);
    if (before != null && numbers.size() >= FEWEST) {
      put(
          figures,
          LedgerKeys.FID,
          Fid.of(features(before, numbers), features(after, numbers)),
          numbers);
    }
  }

  private void kid(Map<String, Object> figures) {
    List<Integer> numbers = numbers(false);
    if (before != null && numbers.size() >= FEWEST) {
      put(
          figures,
          LedgerKeys.KID,
          Kid.unbiased(features(before, numbers), features(after, numbers)),
          numbers);
    }
  }

  private double[][] features(Tensor pictures, List<Integer> numbers) {
    return some(Instruments.need(instruments.features(), MeasureKind.FID).rows(pictures), numbers);
  }

  private void nudity(Map<String, Object> figures) {
    NudeNet detector = Instruments.need(instruments.nudeNet(), MeasureKind.NUDITY);
    List<List<Detection>> found = new ArrayList<>();
    for (int n = 0; n < after.dim(0); n++) {
      found.add(detector.detect(Pictures.toImage(after, n)));
    }
    for (Exposure exposure : Exposure.sweep(found)) {
      figures.put(
          LedgerKeys.NUDITY + exposure.threshold(),
          Figures.share(new Proportion(exposure.exposed(), exposure.pictures())));
    }
  }

  /// A mean over pictures.
  private void put(Map<String, Object> figures, String name, double[] values, double was) {
    Map<String, Object> figure = new LinkedHashMap<>();
    figure.put(LedgerKeys.VALUE, Sample.mean(values));
    if (values.length >= FEWEST) {
      Interval interval =
          Bootstrap.mean(Resamples.items(values.length, RESAMPLES, canvas.seed()), values)
              .percentile(Interval.LEVEL);
      figure.put(LedgerKeys.LOW, interval.low());
      figure.put(LedgerKeys.HIGH, interval.high());
    }
    if (!Double.isNaN(was)) {
      figure.put(LedgerKeys.BEFORE, was);
    }
    figure.put(LedgerKeys.PICTURES, values.length);
    figures.put(name, figure);
  }

  /// A distance between sets.
  private static void put(
      Map<String, Object> figures, String name, double value, List<Integer> numbers) {
    Map<String, Object> figure = new LinkedHashMap<>();
    figure.put(LedgerKeys.VALUE, value);
    figure.put(LedgerKeys.PICTURES, numbers.size());
    figures.put(name, figure);
  }
}
