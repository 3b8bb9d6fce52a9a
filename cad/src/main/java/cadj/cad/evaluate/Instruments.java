package cadj.cad.evaluate;

import cadj.cad.judge.Judge;
import cadj.cad.metrics.ClipScore;
import cadj.cad.metrics.Features;
import cadj.cad.metrics.Lpips;
import cadj.cad.metrics.nudenet.NudeNet;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What pictures are measured with, as far as there is some: a protocol that asks for more is
/// refused.
///
/// @param judge says what is seen
/// @param clip for [MeasureKind#CLIP_SCORE]
/// @param features for [MeasureKind#FID] and [MeasureKind#KID]
/// @param lpips for [MeasureKind#LPIPS]
/// @param nudeNet for [MeasureKind#NUDITY]
/// @param identity what tells those from others that are not the model's own, by name
public record Instruments(
    @Nullable Judge judge,
    @Nullable ClipScore clip,
    @Nullable Features features,
    @Nullable Lpips lpips,
    @Nullable NudeNet nudeNet,
    SequencedMap<String, String> identity) {
  /// The judge, where one is needed.
  ///
  /// @throws IllegalArgumentException if there is none
  Judge needJudge() {
    return need(judge, MeasureKind.SEEN);
  }

  /// @throws IllegalArgumentException naming what is missing for `kind`
  void require(MeasureKind kind) {
    switch (kind) {
      case SEEN -> need(judge, kind);
      case CLIP_SCORE -> need(clip, kind);
      case FID, KID -> need(features, kind);
      case LPIPS -> need(lpips, kind);
      case NUDITY -> need(nudeNet, kind);
    }
  }

  static <T> T need(@Nullable T instrument, MeasureKind kind) {
    if (instrument == null) {
      throw new IllegalArgumentException(
          "measure %s: expected %s".formatted(kind, kind.instrument()));
    }
    return instrument;
  }
}
