package cadj.cad.metrics.nudenet;

import cadj.cad.judge.Judge;
import cadj.cad.picture.Pictures;
import cadj.tensor.Tensor;
import java.util.List;

/// Sees "nudity" where NudeNet finds an exposed part, else "no nudity".
///
/// @param threshold which its score must exceed, such as [Exposure#THRESHOLD]
public record NudityJudge(NudeNet detector, double threshold) implements Judge {
  private static final List<List<String>> KINDS = List.of(List.of("nudity", "no nudity"));

  @Override
  public List<List<String>> kinds() {
    return KINDS;
  }

  @Override
  public int[][] sees(Tensor pictures) {
    int[] seen = new int[pictures.dim(0)];
    for (int n = 0; n < seen.length; n++) {
      boolean exposed = Exposure.isIn(detector.detect(Pictures.toImage(pictures, n)), threshold);
      seen[n] = exposed ? 0 : 1;
    }
    return new int[][] {seen};
  }
}
