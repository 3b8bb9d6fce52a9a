package cadj.cad.metrics;

import cadj.models.inception.InceptionV3;
import cadj.models.preprocess.FidResize;
import cadj.tensor.Tensor;

/// What FID and KID are defined by.
public record InceptionFeatures(InceptionV3 network) implements Features {
  @Override
  public String name() {
    return "inception";
  }

  @Override
  public Tensor of(Tensor pictures) {
    return network.forward(FidResize.INCEPTION.of(pictures));
  }
}
