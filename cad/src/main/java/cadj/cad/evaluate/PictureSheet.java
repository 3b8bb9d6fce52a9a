package cadj.cad.evaluate;

import static cadj.tensor.shape.Require.require;

import cadj.cad.picture.Pictures;
import cadj.tensor.Tensor;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/// The pictures of a canvas in one, a row per prompt, at their own size, so that each can be cut
/// out again as it was.
final class PictureSheet {
  private PictureSheet() {}

  /// @param pictures [N,3,H,W] in [−1, 1], those of `canvas`
  static BufferedImage of(Canvas canvas, Tensor pictures) {
    int height = pictures.dim(2);
    int width = pictures.dim(3);
    int rows = canvas.group().prompts().size();
    int columns = 0;
    for (int i = 0; i < rows; i++) {
      columns = Math.max(columns, canvas.count(i));
    }
    BufferedImage sheet =
        new BufferedImage(
            Math.max(1, columns * width), Math.max(1, rows * height), BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = sheet.createGraphics();
    int n = 0;
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < canvas.count(i); k++) {
        pen.drawImage(Pictures.toImage(pictures, n++), k * width, i * height, null);
      }
    }
    pen.dispose();
    return sheet;
  }

  /// Pictures [N,3,H,W] cut from a sheet: those that `canvas` has, of a sheet with at least as many
  /// of each prompt.
  static Tensor cut(BufferedImage sheet, Canvas canvas, int height, int width) {
    List<BufferedImage> out = new ArrayList<>();
    for (int i = 0; i < canvas.group().prompts().size(); i++) {
      for (int k = 0; k < canvas.count(i); k++) {
        require(
            (k + 1) * width <= sheet.getWidth() && (i + 1) * height <= sheet.getHeight(),
            "picture sheet: expected a picture at row %d, column %d, got one of %d×%d",
            i + 1,
            k + 1,
            sheet.getWidth(),
            sheet.getHeight());
        out.add(sheet.getSubimage(k * width, i * height, width, height));
      }
    }
    return Pictures.toTensor(out);
  }
}
