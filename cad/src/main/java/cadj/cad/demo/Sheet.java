package cadj.cad.demo;

import cadj.cad.evaluate.Verdicts;
import cadj.cad.picture.Pictures;
import cadj.models.classifier.ResNetClassifier;
import cadj.tensor.Tensor;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/// A contact sheet: a row per object, a column per style, pictures enlarged pixel by pixel,
/// mistakes framed.
final class Sheet {
  private static final int SCALE = 2;
  private static final int GAP = 4;
  private static final int LABEL = 104;
  private static final int HEADER = 24;
  private static final Color PAPER = Color.WHITE;
  private static final Color INK = new Color(0x333333);
  private static final Color WRONG = new Color(0xD62728);

  private Sheet() {}

  /// @param captions begin with [Caption#all]
  /// @param pictures one of each caption
  static BufferedImage of(
      ResNetClassifier classifier, List<Caption> captions, Tensor pictures, Verdicts verdicts) {
    int cell = pictures.dim(2) * SCALE + GAP;
    int columns = classifier.styles().size();
    int rows = classifier.objects().size();
    BufferedImage sheet =
        new BufferedImage(LABEL + columns * cell, HEADER + rows * cell, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = sheet.createGraphics();
    pen.setColor(PAPER);
    pen.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    pen.setColor(INK);
    for (int style = 0; style < columns; style++) {
      String name = classifier.styles().get(style);
      int indent = (cell - GAP - pen.getFontMetrics().stringWidth(name)) / 2;
      pen.drawString(name, LABEL + style * cell + indent, HEADER - 8);
    }
    for (int n = 0; n < columns * rows; n++) {
      Caption caption = captions.get(n);
      int x = LABEL + caption.style() * cell;
      int y = HEADER + caption.object() * cell;
      BufferedImage picture = Pictures.toImage(pictures, n);
      pen.drawImage(picture, x, y, cell - GAP, cell - GAP, null);
      boolean right =
          verdicts.isRight(n, Concept.Kind.OBJECT.toString())
              && verdicts.isRight(n, Concept.Kind.STYLE.toString());
      if (!right) {
        pen.setColor(WRONG);
        pen.drawRect(x - 1, y - 1, cell - GAP + 1, cell - GAP + 1);
        pen.drawRect(x - 2, y - 2, cell - GAP + 3, cell - GAP + 3);
      }
      if (caption.style() == 0) {
        pen.setColor(INK);
        pen.drawString(classifier.objects().get(caption.object()), 4, y + cell / 2 + 4);
      }
    }
    pen.dispose();
    return sheet;
  }
}
