package cadj.cad.trace;

import cadj.tensor.Tensor;
import java.util.List;

/// Takes the first sample's pictures [1,3,H,W] in [−1, 1], which are freed after the call.
public interface TracePictures {
  /// Of the runs that are not intervened on: clean, corrupted, base.
  void references(List<Tensor> pictures);

  /// Of a row, a picture for each window.
  void row(TraceRow row, List<Tensor> pictures);

  /// Looks at none.
  TracePictures NONE =
      new TracePictures() {
        @Override
        public void references(List<Tensor> pictures) {}

        @Override
        public void row(TraceRow row, List<Tensor> pictures) {}
      };
}
