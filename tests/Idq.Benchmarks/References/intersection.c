/* The plain intersection of two lists of segments, given as ascending edges: the start and the end of each in turn. */
long intersect(const long long *a, long na, const long long *b, long nb, long long *out)
{
    long i = 0, j = 0, n = 0;
    while (i < na && j < nb) {
        long long start = a[i] > b[j] ? a[i] : b[j];
        long long end = a[i + 1] < b[j + 1] ? a[i + 1] : b[j + 1];
        if (start < end) {
            out[n++] = start;
            out[n++] = end;
        }
        if (a[i + 1] < b[j + 1]) i += 2;
        else j += 2;
    }
    return n;
}
