"""What `signpost doctor` looks at, one module per subject: a pure judgement of facts, and their
reading from AWS.
"""
