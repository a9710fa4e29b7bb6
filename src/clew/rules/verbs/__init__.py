"""rules/verbs"""
