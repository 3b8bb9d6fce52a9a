/* What the stub libraries share. libcuda.so.1 defines it, the others use it. */
#include <stddef.h>

struct multiplication;
struct convolution;

/* The machine behind the stubs: functions in Java, handed over by stub_connect. Addresses are the machine's own; none
 * of them may be followed here. Where an int is returned, 0 says that all went well, and anything else is the CUresult
 * to report. */
struct machine {
  long (*allocate)(long bytes); /* 0: no memory left */
  int (*release)(long address);
  int (*copy_in)(long to, const void *from, long bytes);
  int (*copy_out)(void *to, long from, long bytes);
  int (*copy)(long to, long from, long bytes);
  int (*fill)(long to, int bits, long count);
  long (*load)(const char *ptx, char *log, long log_bytes); /* 0: does not compile */
  long (*function)(long module, const char *name);          /* 0: not there */
  int (*launch)(long function, const int *shape, const void *arguments, long bytes);
  int (*multiply)(const struct multiplication *what);
  int (*convolve)(const struct convolution *what);
};

/* How factors are rounded, `precision` below. A GPU may round them so; here they always are. */
enum { FULL, TO_TF32, TO_BF16 };

/* D = alpha·op(A)·op(B) + beta·C + bias as BLAS means it: by columns. The bias, if it is not 0, has one number for each
 * row of D. */
struct multiplication {
  long a, b, c, d, bias;
  long stride_a, stride_b, stride_c, stride_d;
  int trans_a, trans_b;
  int m, n, k;
  int lda, ldb, ldc, ldd;
  int batch;
  float alpha, beta;
  int precision;
};

/* Images [n,h,w,c], weights [co,kh,kw,ci/groups]. Forward: y = x·weight + z_factor·z + bias, those that are not 0. */
struct convolution {
  long x, weight, y, z, bias;
  int pass; /* 0 forward, 1 backward to the image, 2 backward to the weights */
  int n, ci, h, w, co, ho, wo, kh, kw;
  int stride_h, stride_w, pad_h, pad_w;
  int groups;
  int precision;
  float z_factor;
};

extern struct machine stub_machine;

/* What is asked for in the stream is done as late as possible: when something waits for it. Data that the caller
 * should have kept, or copied, is gone by then. */
void stub_enqueue(int (*run)(const void *data), const void *data, size_t bytes);

/* Whether a call may go on: the context is current in this thread, works, and nobody arranged for `call` to fail. */
int stub_enter(const char *call);

int stub_is_stream(const void *stream);

/* Is there such memory, all of it allocated? */
int stub_is_memory(long address, long bytes);

/* Says that a function was called that the stubs do not have. */
int stub_missing(const char *name);
