package cadj.models.classifier;

import cadj.models.preprocess.ResizeCrop;
import cadj.tensor.file.Sha256;
import java.nio.file.Path;
import java.util.Set;

/// torchvision's published weights, whose files do not say which preprocessing they were trained
/// with. Their names end with the first eight digits of their SHA-256, as in
/// `resnet50-11ad3fa6.pth`.
public final class PublishedResNets {
  private static final int DIGITS = 8;

  /// `IMAGENET1K_V1` of ResNet-18, 34, 50, 101 and 152, and what came before with the same values.
  private static final Set<String> V1 =
      Set.of(
          "f37072fd",
          "b627a593",
          "0676ba61",
          "63fe2227",
          "394f9c45", //
          "5c106cde",
          "333f7ec4",
          "19c8e357",
          "5d3b4d8f",
          "b121ed2d");

  /// `IMAGENET1K_V2` of ResNet-50, 101 and 152.
  private static final Set<String> V2 = Set.of("11ad3fa6", "cd907fc2", "f82ba261");

  private PublishedResNets() {}

  /// What pictures must look like for the weights in `file`, told by its name or content; of files
  /// that are neither (converted or trained by others) as for torchvision's `DEFAULT` weights of
  /// this kind: V2 with bottlenecks, else V1.
  public static ResizeCrop preprocessing(Path file, ResNetConfig config) {
    String name = String.valueOf(file.getFileName());
    String hash = new Sha256().add(file).hex().substring(0, DIGITS);
    if (isOneOf(V2, name, hash)) {
      return ResizeCrop.TORCHVISION_V2;
    }
    return config.bottleneck() && !isOneOf(V1, name, hash)
        ? ResizeCrop.TORCHVISION_V2
        : ResizeCrop.TORCHVISION_V1;
  }

  private static boolean isOneOf(Set<String> published, String name, String hash) {
    return published.contains(hash) || published.stream().anyMatch(name::contains);
  }
}
