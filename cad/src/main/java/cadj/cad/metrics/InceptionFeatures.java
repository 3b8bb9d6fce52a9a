package cadj.cad.metrics;

import cadj.models.inception.InceptionV3;
import cadj.models.preprocess.FidResize;
import cadj.tensor.Tensor;

/// What FID and KID are defined by: 2048 features of the Inception network that pytorch-fid has, of
/// pictures as it resizes them. With its weights [Fid] of two folders equals pytorch-fid's figure
/// for them, which papers report.
public record InceptionFeatures(InceptionV3 network) implements Features {
  @Override
  public String name() {
    return "inception";
  }

  @Override
  public Tensor of(Tensor pictures) {
    return FidResize.INCEPTION.forward(pictures, network::forward);
  }
}
