package cadj.models.preprocess;

import static cadj.tensor.shape.Require.require;

/// The shorter side to a size, a square from the middle, normalised: what CLIP and torchvision's
/// classifiers were trained to see.
///
/// ```
/// shorter → resize,   longer → ⌊resize·longer/shorter⌋,   both by Pillow with antialias
/// ```
///
/// @param resize length of the shorter side
/// @param crop side of the square, at most `resize`
public record ResizeCrop(
    int resize, Filter filter, int crop, CenterCrop center, Normalization normalization)
    implements Preprocessing {
  /// OpenAI's CLIP models for 224 pixels, as transformers' `CLIPImageProcessor` in its exact form
  /// (Pillow; its newer default computes in tensors, 1 or 2 levels off in 0.6 % of the values).
  public static final ResizeCrop CLIP =
      new ResizeCrop(224, Filter.BICUBIC, 224, CenterCrop.FLOOR, Normalization.CLIP);

  /// torchvision's `IMAGENET1K_V1` weights.
  public static final ResizeCrop TORCHVISION_V1 = torchvision(256);

  /// torchvision's `IMAGENET1K_V2` weights, its `DEFAULT` from ResNet-50 on.
  public static final ResizeCrop TORCHVISION_V2 = torchvision(232);

  /// Beyond these a picture can only be a mistake, or an attack.
  private static final int MOST_PIXELS = 1 << 26;

  public ResizeCrop {
    require(
        crop > 0 && crop <= resize && resize <= 4096,
        "preprocessing: expected a crop of at most the size %d, which is at most 4096, got %d",
        resize,
        crop);
  }

  private static ResizeCrop torchvision(int resize) {
    return new ResizeCrop(
        resize, Filter.BILINEAR, 224, CenterCrop.HALF_EVEN, Normalization.IMAGENET);
  }

  @Override
  public float[] values(RgbImage image) {
    return normalization.of(cropped(image));
  }

  /// As 8-bit levels.
  RgbImage cropped(RgbImage image) {
    int shorter = Math.min(image.height(), image.width());
    long height = (long) resize * image.height() / shorter;
    long width = (long) resize * image.width() / shorter;
    require(
        height * width <= MOST_PIXELS,
        "preprocessing: expected a picture whose sides are not that different, got %d×%d",
        image.height(),
        image.width());
    RgbImage resized = PillowResize.resize(image, (int) height, (int) width, filter);
    return resized.crop(
        center.offset(resized.height(), crop), center.offset(resized.width(), crop), crop, crop);
  }

  @Override
  public int height() {
    return crop;
  }

  @Override
  public int width() {
    return crop;
  }
}
